/** What a step asks of a service. */
import type { Json } from '../../interpreter/core/model/value.ts';

export const actions = ['status', 'restart', 'start', 'stop', 'scale', 'replace'] as const;
export type Action = (typeof actions)[number];

/** What each kind of target can do; kinds of targets are their types. */
export const possible: Readonly<Record<string, readonly Action[]>> = {
  docker: ['status', 'restart', 'start', 'stop'],
  kubernetes: ['status', 'restart', 'stop', 'scale', 'replace'],
  systemd: ['status', 'restart', 'start', 'stop'],
  ssh: ['status', 'restart', 'start', 'stop'],
  aws: ['status', 'start', 'stop'],
};

export interface ServiceParams {
  readonly status?: string;
  readonly restart?: string;
  readonly start?: string;
  readonly stop?: string;
  readonly scale?: string;
  readonly replace?: string;
  readonly replicas?: number | string;
  readonly image?: string;
  readonly sudo?: boolean;
  readonly within?: number;
  readonly hold?: number;
}

/** Undefined: none, or several. */
export function actionOf(params: Readonly<Record<string, Json | undefined>>): Action | undefined {
  const said = actions.filter((one) => params[one] !== undefined);
  return said.length === 1 ? said[0] : undefined;
}
