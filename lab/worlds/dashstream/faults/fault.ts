/** A fault and how it is injected; the helpers that several faults use. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Fault } from '../../world.ts';
import { isHealthy } from '../containers.ts';
import { until } from '../clients.ts';
import { layoutOf } from '../layout.ts';
import { containers } from '../names.ts';
import { fires } from '../rules.ts';
import type { MonitorSettings, ServerSettings } from '../settings.ts';
import type { System } from '../system.ts';

export interface Injected extends Fault {
  /** Begins from a healthy world. */
  readonly inject: (system: System) => Promise<void> | void;
}

export const shownBy = (alert: string): Pick<Fault, 'shows'> => ({ shows: fires(alert) });

/** A release of the producer that writes wrong messages. */
export const badRelease: Partial<MonitorSettings> = { dashflow_streaming: '1.11.5' };

/** The producer is started anew with these settings. */
export async function withMonitor(system: System, settings: Partial<MonitorSettings>): Promise<void> {
  edit(layoutOf(system.state).monitorConfig, settings);
  await system.supervisor.restart(containers['quality-monitor']);
}

/** The websocket-server is started anew with these settings, and answers. */
export async function withServer({ state, supervisor }: System, settings: Partial<ServerSettings>): Promise<void> {
  edit(layoutOf(state).serverConfig, settings);
  await supervisor.restart(containers['websocket-server']);
  await until('the websocket-server answers', async () => (await isHealthy(state, containers['websocket-server'])) === true);
}

function edit(file: string, settings: object): void {
  const lines = readFileSync(file, 'utf8').split('\n');
  const entries = new Map(Object.entries(settings));
  const changed = lines.map((line) => {
    const key = line.split(':')[0] ?? '';
    return entries.has(key) ? `${key}: ${String(entries.get(key))}` : line;
  });
  writeFileSync(file, changed.join('\n'));
}
