/** What every service of this world is told by its environment: where the others are, and the files that the control plane writes. */
import { join } from 'node:path';
import { variable } from '../../../services/variables.ts';
import type { Mode } from '../names.ts';
import { watched } from './watched.ts';

/** What the admin API has ordered. */
export interface Controls {
  /** `throttle`: new orders a second; null: any number. */
  readonly symbols: Readonly<Record<string, { readonly mode: Mode; readonly throttle: number | null }>>;
  readonly withdrawals: { readonly state: 'on' | 'off' };
}

/** What the lab breaks in the services; empty: nothing. */
export interface Breakage {
  /** A crowd of slow clients at the edge. */
  readonly crowd?: boolean;
  /** The engines do not export how long their log takes. */
  readonly panelMissing?: boolean;
  /** Milliseconds that a ledger consumer takes for each batch of a partition, besides its work. */
  readonly batchMs?: number;
}

export const controlsFile = (run: string): string => join(run, 'controls.json');
export const flagsFile = (run: string): string => join(run, 'flags.json');
export const breakageFile = (run: string): string => join(run, 'breakage.json');
export const replicasFile = (run: string): string => join(run, 'replicas.json');
export const configFolder = (run: string): string => join(run, 'config');

const run = (): string => variable('RUN');

export const readControls = (): (() => Controls) =>
  watched<Controls>(controlsFile(run()), { symbols: {}, withdrawals: { state: 'off' } });
export const readFlags = (): (() => Readonly<Record<string, unknown>>) => watched(flagsFile(run()), {});
export const readBreakage = (): (() => Breakage) => watched<Breakage>(breakageFile(run()), {});
/** Replicas that each service has. */
export const readReplicas = (): (() => Readonly<Record<string, number>>) => watched(replicasFile(run()), {});
/** Settings of a service in the configuration folder. */
export const readSettings = <Settings>(service: string, first: Settings): (() => Settings) =>
  watched<Settings>(join(configFolder(run()), `${service}.yaml`), first);

export const brokerAddresses = (): readonly string[] => variable('BROKERS').split(',');
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
