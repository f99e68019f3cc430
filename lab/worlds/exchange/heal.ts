/** Takes back every fault and everything that a runbook may have changed, and waits until trades are settled again. */
import { readCatalogue } from './database/catalogue.ts';
import { sql } from './database/sql.ts';
import { usualAccess, writeAccess } from './access.ts';
import { flags as usualFlags, services, shard } from './names.ts';
import { eventually } from './brokers.ts';
import { resetCheckout } from './checkout.ts';
import { emptyFolders, usualControls, writeSettings } from './control/files.ts';
import { engineUrls } from './layout.ts';
import { leaderOf } from './ledger/reconcile.ts';
import { allTables } from './schema.ts';
import type { System } from './system.ts';
import { groups } from './system.ts';
import { serviceUnit } from './units.ts';
import { verify } from './verify.ts';

/** Milliseconds after which the next heal takes another backup. */
const backupAge = 600_000;

export async function heal(system: System): Promise<void> {
  const { supervisor, layout, brokers, ledger, audit, lease } = system;
  await resetControlPlane(system);
  await brokers.start();
  await Promise.all([...services, shard].map((service) => supervisor.stop(service)));
  if (await ledger.isUsual()) await emptyLedger(system);
  else await ledger.rebuild();
  emptyFolders(layout);
  audit.reset();
  lease.reset();
  await brokers.empty(groups);
  supervisor.clearLogs();
  await startServices(system);
  const newest = readCatalogue(layout.backups).at(-1);
  if (newest === undefined || Date.parse(newest.finishedAt) < Date.now() - backupAge) await ledger.backUp();
  await sql(system.state, 'ledger', 'refresh materialized view balances');
  let findings: readonly string[] = [];
  await eventually('the exchange is well', 180_000, async () => {
    findings = await verify(system.state);
    return findings.length === 0;
  }).catch((problem: unknown) => {
    throw new Error(`${problem instanceof Error ? problem.message : ''}: ${findings.join('; ')}`);
  });
}

async function resetControlPlane(system: System): Promise<void> {
  const { layout, flags } = system;
  system.break({});
  system.order(usualControls);
  writeSettings(layout);
  writeAccess(layout.accessDirectory, usualAccess());
  resetCheckout(layout);
  for (const [name, value] of Object.entries(usualFlags))
    if (flags.get(name)?.value !== value) await flags.put(name, value, undefined);
  for (const [service, replicas] of Object.entries(system.replicas())) if (replicas > 1) await system.scale(service, 1);
}

/** Whoever still holds a lock on the ledger is ended first. */
async function emptyLedger({ state }: System): Promise<void> {
  await sql(
    state,
    'postgres',
    `select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()`,
  );
  await sql(state, 'postgres', `truncate ${allTables} restart identity; refresh materialized view balances`);
}

/** The same engine leads after each heal. */
async function startServices({ state, supervisor }: System): Promise<void> {
  for (const service of services) supervisor.define(serviceUnit(state, service));
  const { 0: first, length } = services;
  await supervisor.start(first);
  await eventually('engine-a leads', 180_000, async () => (await leaderOf(engineUrls(state))) !== undefined);
  await Promise.all(services.slice(1, length).map((service) => supervisor.start(service)));
}
