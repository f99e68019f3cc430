/** Starts and stops containers, and knows whether they are well. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { metadata } from '../../servers/kafka.ts';
import type { LabState } from '../../state.ts';
import { addressOf } from '../../state.ts';
import type { Supervisor } from '../../supervisor/supervisor.ts';
import { textOf, until } from './clients.ts';
import { layoutOf } from './layout.ts';
import type { Service } from './names.ts';
import { containers } from './names.ts';

/** Undefined: this container has no health check. */
export async function isHealthy(state: LabState, container: string): Promise<boolean | undefined> {
  switch (container) {
    case containers.kafka:
      return metadata(addressOf(state, 'kafka')).catch(() => false);
    case containers['websocket-server']:
      return (await textOf(state, 'websocketServer', '/health')) !== undefined;
    case containers.prometheus:
      return (await textOf(state, 'prometheus', '/-/ready')) !== undefined;
    case containers.exporter:
      return (await textOf(state, 'exporter', '/health')) !== undefined;
    default:
      return undefined;
  }
}

/** Starts what does not run, and waits until it is well. */
export async function ensureRunning(state: LabState, supervisor: Supervisor, service: Service): Promise<void> {
  const name = containers[service];
  const status = supervisor.status(name);
  if (status?.frozen === true) supervisor.kill(name, 'SIGCONT');
  if (service === 'prometheus' && status?.state !== 'running') removeLog(state);
  await supervisor.start(name);
  await until(`${name} is healthy`, async () => (await isHealthy(state, name)) !== false);
}

/** Kafka last, so that members of a group can leave it. */
export async function stopInOrder(supervisor: Supervisor, wanted: readonly Service[]): Promise<void> {
  const others = wanted.filter((service) => service !== 'kafka');
  await Promise.all(others.map((service) => supervisor.stop(containers[service])));
  if (wanted.includes('kafka')) await supervisor.stop(containers.kafka);
}

/** Prometheus does not start with a damaged log. */
export function removeLog(state: LabState): void {
  for (const folder of ['wal', 'chunks_head'])
    rmSync(join(layoutOf(state).prometheusData, folder), { recursive: true, force: true });
}
