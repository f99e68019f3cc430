/**
 * Takes back every fault and everything that a runbook may have changed. Services that run forget their life and begin another one; only what does not
 * run, or does not answer, is started.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { prometheusUrl } from '../../state.ts';
import { isComplete, readCatalogue } from './database/catalogue.ts';
import { sql } from './database/sql.ts';
import { usualAccess, writeAccess } from './access.ts';
import { engines, flags as usualFlags, services, shard } from './names.ts';
import { eventually } from './brokers.ts';
import { resetCheckout } from './checkout.ts';
import { emptyFolders, usualControls, writeSettings } from './control/files.ts';
import { engineUrls } from './layout.ts';
import { leaderOf } from './ledger/reconcile.ts';
import type { End } from './lives.ts';
import { begin, rest, stop } from './lives.ts';
import { allTables } from './schema.ts';
import type { System } from './system.ts';
import { verify } from './verify.ts';

/** Milliseconds after which the next heal takes another backup. */
const backupAge = 600_000;

/** Milliseconds that services with a new life may take to be well; those that are not by then are started anew. */
const soon = 25_000;
const patience = 180_000;

export async function heal(system: System): Promise<void> {
  await Promise.all([resetControlPlane(system), system.brokers.start()]);
  const isFirst = services.every((service) => system.supervisor.status(service)?.state !== 'running');
  await renew(system, rest);
  const findings = await wrongAfter(system, isFirst ? patience : soon);
  if (findings.length === 0) return;
  process.stderr.write(`the services are started anew, because: ${findings.join('; ')}\n`);
  await renew(system, stop);
  const still = await wrongAfter(system, patience);
  if (still.length > 0) throw new Error(`the exchange is not well: ${still.join('; ')}`);
}

/** Everything begins anew, from empty topics, tables and folders. */
async function renew(system: System, end: End): Promise<void> {
  const { layout, brokers, audit, lease, supervisor } = system;
  await endAll(system, end);
  emptyFolders(layout);
  audit.reset();
  lease.reset();
  await Promise.all([emptyLedger(system), brokers.empty()]);
  supervisor.clearLogs();
  await beginAll(system);
  await Promise.all([forgetHistory(system), backUp(system)]);
}

async function resetControlPlane(system: System): Promise<void> {
  const { layout, flags, supervisor } = system;
  system.break({});
  system.order(usualControls);
  writeSettings(layout);
  writeAccess(layout.accessDirectory, usualAccess());
  resetCheckout(layout);
  for (const [name, value] of Object.entries(usualFlags))
    if (flags.get(name)?.value !== value) await flags.put(name, value, undefined);
  const scaled = Object.entries(system.replicas()).filter(([, replicas]) => replicas > 1);
  await Promise.all([supervisor.stop(shard), ...scaled.map(([service]) => system.scale(service, 1))]);
}

const followers = services.filter((service) => !(engines as readonly string[]).includes(service));

/** The engines first: what the others have in hand then is the last of the life before. */
async function endAll(system: System, end: End): Promise<void> {
  await Promise.all(engines.map((service) => end(system, service)));
  await Promise.all(followers.map((service) => end(system, service)));
}

/** The same engine leads after each heal. */
async function beginAll(system: System): Promise<void> {
  const [first, second] = engines;
  await begin(system, first);
  await eventually('engine-a leads', patience, async () => (await leaderOf(engineUrls(system.state))) !== undefined);
  await Promise.all([second, ...followers].map((service) => begin(system, service)));
}

/** What is still wrong after so many milliseconds; returns as soon as nothing is. */
async function wrongAfter({ state }: System, within: number): Promise<readonly string[]> {
  const deadline = performance.now() + within;
  for (;;) {
    const findings = await verify(state);
    if (findings.length === 0 || performance.now() > deadline) return findings;
    await sleep(60);
  }
}

/** Whoever still holds a lock on the ledger is ended first. */
async function emptyLedger({ state, ledger }: System): Promise<void> {
  await ledger.clearStaging();
  if (!(await ledger.isUsual())) {
    await ledger.rebuild();
    return;
  }
  await sql(
    state,
    'postgres',
    `select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()`,
  );
  await sql(state, 'postgres', `truncate ${allTables} restart identity; refresh materialized view balances`);
}

async function backUp({ layout, ledger }: System): Promise<void> {
  const newest = readCatalogue(layout.backups).at(-1);
  const isFresh = newest !== undefined && Date.parse(newest.finishedAt) > Date.now() - backupAge;
  if (!isFresh || !isComplete(layout.backups, newest)) await ledger.backUp();
}

/** Prometheus forgets what was, so that no window reaches back into the life before. */
async function forgetHistory({ state }: System): Promise<void> {
  const match = encodeURIComponent('{__name__=~".+"}');
  await fetch(`${prometheusUrl(state)}/api/v1/admin/tsdb/delete_series?match[]=${match}`, { method: 'POST' });
}
