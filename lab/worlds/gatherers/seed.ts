/** Rows of the last hour, the same in every database, as a world has them that has run for long. */
import type { LabState } from '../../state.ts';
import { sql } from './clients.ts';
import { databaseOf, productionDatabase, usualGatherers } from './names.ts';
import { micros, tickers } from './services/market.ts';

const seed = `
  insert into trades select 'seed-' || n, ($2::text[])[1 + n % array_length($2::text[], 1)], 50, 1, $1::bigint - n * 1000000::bigint, $1::bigint - n * 1000000::bigint + 5000
    from generate_series(1, 4000) as n on conflict do nothing`;
const snapshots = `
  insert into orderbook_snapshots select ticker, 'rest', ($1::bigint / 60000000 - n) * 60000000
    from generate_series(0, 65) as n, unnest($2::text[]) as ticker on conflict do nothing`;
const empty = 'truncate trades, orderbook_snapshots';
const markets = `delete from markets where not ticker = any($1::text[])`;

/** Production first: what the deduplicator writes in between must not be missing there while a gatherer has it. */
export async function seedAll(state: LabState): Promise<void> {
  const now = micros();
  await seedOne(state, 'production', productionDatabase, now);
  await Promise.all(usualGatherers.map((host) => seedOne(state, 'postgres', databaseOf(host), now)));
}

async function seedOne(state: LabState, server: string, database: string, now: number): Promise<void> {
  await sql(state, server, database, empty);
  await sql(state, server, database, markets, [tickers]);
  await sql(state, server, database, seed, [now, tickers]);
  await sql(state, server, database, snapshots, [now, tickers]);
}

export const emptyDatabase = (state: LabState, database: string): Promise<unknown> => sql(state, 'postgres', database, empty);
