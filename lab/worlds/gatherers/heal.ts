/** Takes back every fault and everything that a runbook may have changed. */
import { isDeepStrictEqual } from 'node:util';
import { isAway } from '../../hosts.ts';
import { healthOf, metricOf, tellExchange } from './clients.ts';
import type { Parts } from './faults.ts';
import { until } from './faults.ts';
import { readSettingsText, usualSettings, writeSettings } from './layout.ts';
import type { Host } from './names.ts';
import { endpointOf, hosts, productionId, unitOf, usualGatherers } from './names.ts';
import { seedAll } from './seed.ts';
import { serviceUnit } from './units.ts';

const usualHosts: readonly Host[] = [...usualGatherers, 'deduplicator'];

export async function heal(parts: Parts): Promise<void> {
  const { state, instances, machines, rds } = parts;
  await tellExchange(state, 'up');
  await instances.reset();
  await Promise.all([...hosts.filter((host) => !usualHosts.includes(host)).map((host) => machines.shutDown(host)), rds.reset()]);
  await Promise.all(usualHosts.map((host) => healHost(parts, host)));
  parts.supervisor.clearLogs();
  await seedAll(state);
  await until('every service is healthy', async () =>
    (await Promise.all(usualHosts.map((host) => healthOf(state, host)))).every((one) => one !== undefined),
  );
  await until('production is in step', async () => ((await metricOf(state, 'deduplicator', 'dedup_sync_lag')) ?? 100) < 2);
}

/** A service that runs with the usual settings is left alone: its start would cost a second. */
async function healHost({ state, supervisor, machines }: Parts, host: Host): Promise<void> {
  supervisor.define(serviceUnit(state, host));
  const service = supervisor.status(unitOf(host));
  const isUntouched =
    !isAway(state, host) &&
    service?.frozen === false &&
    readSettingsText(state, host) === usualSettings(host) &&
    isUsual(host, await healthOf(state, host));
  if (isUntouched) return;
  await machines.shutDown(host);
  writeSettings(state, host, usualSettings(host));
  await machines.boot(host, '');
  await supervisor.start(unitOf(host));
}

/** What the service has read when it started. */
function isUsual(host: Host, health: Readonly<Record<string, unknown>> | undefined): boolean {
  if (health === undefined) return false;
  if (host !== 'deduplicator') return health['bufferSize'] === 20_000;
  const { production, sources, delay } = health;
  return isDeepStrictEqual(
    { production, sources, delay },
    { production: endpointOf(productionId), sources: usualGatherers, delay: 0 },
  );
}
