/** Are trades collected, and does production have them all? Asked of the services and databases, without the interpreter. */
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, untilNothing } from '../../patience.ts';
import type { LabState } from '../../state.ts';
import { controlUrl } from '../../state.ts';
import { healthOf, metricOf, sql } from './clients.ts';
import { restoredId } from './layout.ts';
import type { Host } from './names.ts';
import { databaseOf, endpointOf, isGatherer, productionDatabase } from './names.ts';
import { micros } from './services/market.ts';

/** What is wrong, one line each; empty: nothing. */
export async function verify(state: LabState): Promise<readonly string[]> {
  const health = await healthOf(state, 'deduplicator');
  if (health === undefined) return ['the deduplicator is not healthy', ...(await instances(state))];
  const sources = (health['sources'] as readonly string[]).filter(isGatherer);
  const server = health['production'] === endpointOf(restoredId) ? 'restored' : 'production';
  const databases = sources.map((host) => databaseOf(host));
  const found = await Promise.all([
    ...sources.map((host) => gatherer(state, host)),
    lag(state),
    instances(state),
    untilNothing(() => trades(state, server, databases)),
    markets(state, server),
  ]);
  return found.flat();
}

async function gatherer(state: LabState, host: Host): Promise<readonly string[]> {
  if ((await healthOf(state, host)) === undefined) return [`${host} is not healthy`];
  // A counter may grow once more after a repair; one that keeps growing does so in each look.
  return untilNothing(() => growing(state, host), 3);
}

/** Messages of the exchange in a second: on a busy machine they come in bursts, and so do losses. */
const enough = 60;
const counters = ['sequence_gaps', 'reconnects_total', 'dropped'] as const;

/** Looks until a counter grows, or until none has grown over a second of the stream. */
async function growing(state: LabState, host: Host): Promise<readonly string[]> {
  const read = (): Promise<readonly (number | undefined)[]> =>
    Promise.all([...counters, 'messages_received_total'].map((name) => eventually(() => metricOf(state, host, name))));
  const before = await read();
  for (const deadline = performance.now() + 10_000; performance.now() < deadline; await sleep(100)) {
    const after = await read();
    if ([...before, ...after].includes(undefined)) return [`the counters of ${host} cannot be read`];
    const grown = counters.filter((_, index) => before[index] !== after[index]);
    if (grown.length > 0) return grown.map((name) => `${name} of ${host} grows`);
    if (Number(after.at(-1)) >= Number(before.at(-1)) + enough) return [];
  }
  return [`${host} receives too little from the exchange`];
}

async function lag(state: LabState): Promise<readonly string[]> {
  return untilNothing(async () => {
    const seconds = await metricOf(state, 'deduplicator', 'dedup_sync_lag');
    return seconds !== undefined && seconds < 5 ? [] : [`the lag of the deduplicator is ${String(seconds)} s`];
  });
}

/** Three instances run, and they are those that the gatherers live on. */
async function instances(state: LabState): Promise<readonly string[]> {
  const reply = (await (await fetch(`${controlUrl(state)}/state`)).json()) as {
    readonly instances: readonly { readonly state: string; readonly status: string }[];
  };
  const running = reply.instances.filter((one) => one.state === 'running' && one.status === 'ok');
  const others = reply.instances.filter((one) => one.state !== 'terminated' && one.status !== 'ok');
  return [
    ...(running.length === 3 ? [] : [`${String(running.length)} instances run`]),
    ...others.map(({ status }) => `an instance is ${status}`),
  ];
}

async function trades(
  state: LabState,
  server: 'production' | 'restored',
  databases: readonly string[],
): Promise<readonly string[]> {
  const range = [micros() - 3_600_000_000, micros() - 3_000_000];
  const text =
    'select count(*)::int as trades, coalesce(max(received_at), 0)::bigint as newest from trades where exchange_ts between $1 and $2';
  const rows = await Promise.all([
    sql(state, server, productionDatabase, text, range),
    ...databases.map((database) => sql(state, 'postgres', database, text, range).catch(() => [])),
  ]);
  const [production = 0, ...gathered] = rows.map((one) => Number(one[0]?.['trades'] ?? 0));
  const most = Math.max(...gathered);
  const newest = Number(rows[0]?.[0]?.['newest'] ?? 0);
  return [
    ...(production >= most - 5
      ? []
      : [`production has ${String(production)} trades of the last hour, a gatherer ${String(most)}`]),
    ...(newest > micros() - 6_000_000 ? [] : ['production has no trade of the last seconds']),
  ];
}

async function markets(state: LabState, server: 'production' | 'restored'): Promise<readonly string[]> {
  const text = `select m.ticker, (select max(exchange_ts) from trades t where t.ticker = m.ticker) as traded,
    (select count(*)::int from orderbook_snapshots s where s.ticker = m.ticker and s.snapshot_ts > $1) as snapshots from markets m`;
  const rows = await sql(state, server, productionDatabase, text, [micros() - 3_600_000_000]);
  return rows.flatMap(({ ticker, traded, snapshots }) => [
    ...(Number(traded ?? 0) > micros() - 86_400_000_000 ? [] : [`${String(ticker)} has not traded for a day`]),
    ...(Number(snapshots) >= 50 ? [] : [`${String(ticker)} has ${String(snapshots)} snapshots of the last hour`]),
  ]);
}
