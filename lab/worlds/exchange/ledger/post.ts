/** Posts trades: two entries each, one transaction for a batch, each entry once by its key. */
import type { Pool } from 'pg';
import type { Trade } from '../services/trade.ts';
import { entriesOf } from '../services/trade.ts';

export interface Posted {
  readonly entries: number;
  /** Entries that were there already. */
  readonly conflicts: number;
}

/** `withSmoke`: trades of the smoke test get their own row as well. */
export async function post(ledger: Pool, trades: readonly Trade[], withSmoke: boolean): Promise<Posted> {
  const client = await ledger.connect();
  try {
    await client.query('begin');
    const rows = trades.flatMap((trade) =>
      entriesOf(trade).map((entry) => ({ ...entry, key: `${entry.tradeId}:${entry.side}`, at: trade.at })),
    );
    const { rowCount } = await client.query(
      `insert into ledger_entries (trade_id, engine_seq, symbol, account, amount, side, idempotency_key, traded_at)
       select "tradeId", "engineSeq", symbol, account, amount, side, key, at
       from json_to_recordset($1) as r("tradeId" text, "engineSeq" bigint, symbol text, account text, amount bigint, side text, key text, at timestamptz)
       on conflict (idempotency_key) do nothing`,
      [JSON.stringify(rows)],
    );
    await client.query(
      `insert into outbox (trade_id, payload) select t->>'tradeId', t from json_array_elements($1) as t on conflict do nothing`,
      [JSON.stringify(trades)],
    );
    const smoke = withSmoke ? trades.filter(({ isSmoke }) => isSmoke) : [];
    for (const { tradeId, symbol, amount } of smoke)
      await client.query(
        `insert into smoke_ledger_entries (trade_id, symbol, amount) select $1, $2, $3
         where not exists (select 1 from smoke_ledger_entries where trade_id = $1)`,
        [tradeId, symbol, amount],
      );
    await client.query('commit');
    return { entries: rowCount ?? 0, conflicts: rows.length - (rowCount ?? 0) };
  } catch (problem) {
    await client.query('rollback').catch(() => undefined);
    throw problem;
  } finally {
    client.release();
  }
}

/** The highest token that the ledger has seen; a trade with a lower one is of a leader that was replaced. */
export async function raiseToken(ledger: Pool, token: number): Promise<number> {
  const { rows } = await ledger.query<{ token: string }>(
    `insert into fencing (token) values ($1) on conflict (only_row) do update set token = greatest(fencing.token, excluded.token) returning token`,
    [token],
  );
  return Number(rows[0]?.token ?? token);
}
