/** Alerting rules and their active alerts, as a Prometheus evaluates them. */
import type { FaultClass } from '../interpreter/core/model/value.ts';
import { classOfStatus, exchange, headersOf } from './http.ts';

export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'firing' | 'pending' | 'inactive';
  readonly activeAt?: string;
  readonly value?: string;
}

export interface AlertRule {
  readonly group: string;
  readonly name: string;
  readonly query: string;
  /** Seconds that it must hold. */
  readonly duration: number;
  readonly health: string;
  readonly lastError?: string;
  readonly alerts: readonly ActiveAlert[];
}

export type RulesReply =
  | { readonly ok: true; readonly rules: readonly AlertRule[] }
  | {
      readonly ok: false;
      readonly wire: 'notStarted' | 'refused' | 'unknown';
      readonly class: FaultClass;
      readonly code: string;
      readonly message: string;
    };

interface Payload {
  readonly status?: string;
  readonly error?: string;
  readonly data?: { readonly groups?: readonly { readonly name?: string; readonly rules?: readonly Partial<AlertRule>[] }[] };
}

export async function alertRules(target: unknown, signal: AbortSignal): Promise<RulesReply> {
  const base = String((target as { readonly url?: string } | null)?.url ?? '').replace(/\/$/, '');
  const reply = await exchange({
    method: 'GET',
    url: `${base}/api/v1/rules?type=alert`,
    headers: { ...headersOf(target), accept: 'application/json' },
    signal,
  });
  if (!reply.ok) return reply;
  const payload = parsed(reply.text);
  if (payload?.status !== 'success' || payload.data?.groups === undefined)
    return {
      ok: false,
      wire: 'refused',
      class: reply.status === 200 ? 'plugin' : classOfStatus(reply.status),
      code: payload === undefined ? 'not-prometheus' : 'rules',
      message: `${base} answered ${String(reply.status)}: ${payload?.error ?? 'no list of rules'}`,
    };
  const rules = payload.data.groups.flatMap((group) =>
    (group.rules ?? []).map((rule) => ({
      group: group.name ?? '',
      name: rule.name ?? '',
      query: rule.query ?? '',
      duration: rule.duration ?? 0,
      health: rule.health ?? 'unknown',
      ...(rule.lastError === undefined ? {} : { lastError: rule.lastError }),
      alerts: rule.alerts ?? [],
    })),
  );
  return { ok: true, rules };
}

function parsed(text: string): Payload | undefined {
  try {
    const payload = JSON.parse(text) as Payload | null;
    return payload !== null && typeof payload === 'object' ? payload : undefined;
  } catch {
    return undefined;
  }
}
