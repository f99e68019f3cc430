/** One way from the databases of the gatherers into production. It remembers per gatherer how far it has read, and never skips what was not written. */
import { Pool } from 'pg';
import type { DuplicateRate } from './duplicate-rate.ts';
import { micros } from './market.ts';

export interface SyncOptions {
  readonly sources: readonly { readonly name: string; readonly address: string }[];
  /** Address of the database. */
  readonly production: string;
  /** Younger trades wait; microseconds. */
  readonly delay: number;
  readonly rate: DuplicateRate;
}

export interface Sync {
  round(): Promise<void>;
  /** Seconds. */
  lag(): number;
  isConnected(): boolean;
  errors(): number;
  rows(): number;
  sourcesUp(): ReadonlyMap<string, number>;
}

interface Row {
  readonly trade_id: string;
  readonly ticker: string;
  readonly price: number;
  readonly count: number;
  readonly exchange_ts: string;
  readonly received_at: string;
}

interface Source {
  readonly name: string;
  readonly pool: Pool;
  /** Received at or before this: written. */
  read: number | undefined;
}

/** Read again after a start, in case a gatherer has written late. */
const overlap = 60_000_000;
const most = 10_000;

export function createSync(options: SyncOptions): Sync {
  const production = poolOf(options.production);
  const sources: readonly Source[] = options.sources.map(({ name, address }) => ({
    name,
    pool: poolOf(address),
    read: undefined,
  }));
  const up = new Map<string, number>(sources.map(({ name }) => [name, 0]));
  let inStepAt = micros();
  let connected = false;
  let errors = 0;
  let rows = 0;
  const readFrom = async (source: Source, until: number): Promise<boolean> => {
    source.read ??= await newestIn(production);
    const read = await rowsOf(source, until).catch(() => undefined);
    up.set(source.name, read === undefined ? 0 : 1);
    if (read === undefined) return false;
    for (const row of read) options.rate.see(row.trade_id, Number(row.exchange_ts));
    rows += await insert(production, read);
    source.read = Number(read.at(-1)?.received_at ?? source.read);
    return read.length < most;
  };
  return {
    round: async () => {
      const begin = micros() - options.delay;
      try {
        const reached: boolean[] = [];
        for (const source of sources) reached.push(await readFrom(source, begin));
        await copySnapshots(sources, production);
        connected = true;
        if (reached.some(Boolean)) inStepAt = begin;
      } catch (problem) {
        if (connected) process.stdout.write(`production does not take trades: ${(problem as Error).message}\n`);
        connected = false;
        errors += 1;
      }
    },
    lag: () => (micros() - inStepAt) / 1_000_000,
    isConnected: () => connected,
    errors: () => errors,
    rows: () => rows,
    sourcesUp: () => up,
  };
}

function poolOf(address: string): Pool {
  const pool = new Pool({ connectionString: address, max: 1, connectionTimeoutMillis: 1000, query_timeout: 5000 });
  pool.on('error', () => undefined);
  return pool;
}

async function newestIn(production: Pool): Promise<number> {
  const { rows } = await production.query<{ newest: string | null }>('select max(received_at) as newest from trades');
  return Number(rows[0]?.newest ?? 0) - overlap;
}

async function rowsOf({ pool, read = 0 }: Source, until: number): Promise<readonly Row[]> {
  const text = 'select * from trades where received_at > $1 and received_at <= $2 order by received_at limit $3';
  return (await pool.query<Row>(text, [read, until, most])).rows;
}

/** How many of them were not there yet. */
async function insert(production: Pool, rows: readonly Row[]): Promise<number> {
  if (rows.length === 0) {
    await production.query('select 1');
    return 0;
  }
  const text = `insert into trades select * from json_to_recordset($1) as t(trade_id text, ticker text, price int, count int, exchange_ts bigint, received_at bigint)
    on conflict do nothing`;
  return (await production.query(text, [JSON.stringify(rows)])).rowCount ?? 0;
}

async function copySnapshots(sources: readonly Source[], production: Pool): Promise<void> {
  const since = micros() - 2 * overlap;
  for (const { pool } of sources) {
    const found = await pool
      .query<{ ticker: string; source: string; snapshot_ts: string }>(
        'select * from orderbook_snapshots where snapshot_ts > $1',
        [since],
      )
      .catch(() => undefined);
    if (found === undefined || found.rows.length === 0) continue;
    await production.query(
      'insert into orderbook_snapshots select * from json_to_recordset($1) as s(ticker text, source text, snapshot_ts bigint) on conflict do nothing',
      [JSON.stringify(found.rows)],
    );
  }
}
