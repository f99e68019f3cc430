/** Faults of postings and settlement. */
import { sql } from '../database/sql.ts';
import { eventually } from '../brokers.ts';
import { serviceUrl } from '../layout.ts';
import type { System } from '../system.ts';
import type { Injected } from './injected.ts';

/** Trades that every symbol must have before one of them is damaged. */
const enough = 8;

async function traded({ state }: System): Promise<void> {
  await eventually('every symbol has trades in the ledger', 180_000, async () => {
    const rows = await sql(
      state,
      'ledger',
      `select count(*)::int as symbols from settlement_state where ledger_seq > ${String(enough)}`,
    );
    return rows[0]?.['symbols'] === 3;
  });
}

/** The checks run every second. */
const noticed = ({ state }: System): Promise<void> =>
  eventually('the invariant check has found it', 180_000, async () =>
    (await (await fetch(`${serviceUrl(state, 'settlement')}/metrics`)).text())
      .split('\n')
      .some((line) => /^invariant_violation_total [1-9]/.test(line)),
  );

const analytics = ({ state }: System, what: string, body: unknown): Promise<unknown> =>
  fetch(`${serviceUrl(state, 'analytics')}/lab/${what}`, { method: 'POST', body: JSON.stringify(body) });

const p99 = 'histogram_quantile(0.99, sum by (le) (rate(settlement_lag_seconds_bucket[5s])))';

export const ledgerFaults: Readonly<Record<string, Injected>> = {
  'posting-missing': {
    title: 'one trade is not in the ledger, and of another one only the credit is; the balances were rebuilt from that',
    inject: async (system) => {
      await traded(system);
      await sql(
        system.state,
        'ledger',
        `delete from ledger_entries where trade_id = 'BTC-USD-5' or idempotency_key = 'ETH-USD-4:debit'`,
      );
      await sql(system.state, 'ledger', 'refresh materialized view balances');
      await noticed(system);
    },
    shows: 'sum(invariant_violation_total) > 0',
  },
  'posting-duplicate': {
    title: 'the credit of one trade is in the ledger twice, and in the balances',
    inject: async (system) => {
      await traded(system);
      const again = `insert into ledger_entries (trade_id, engine_seq, symbol, account, amount, side, idempotency_key, traded_at)
        select trade_id, engine_seq, symbol, account, amount, side, idempotency_key || ':retry', traded_at from ledger_entries where idempotency_key = 'BTC-USD-5:credit'`;
      await sql(system.state, 'ledger', again);
      await sql(system.state, 'ledger', 'refresh materialized view balances');
      await noticed(system);
    },
    shows: 'sum(invariant_violation_total) > 0',
  },
  'reconcile-mismatch': {
    title: 'a trade of the engine is not in the ledger',
    inject: async (system) => {
      await traded(system);
      await sql(system.state, 'ledger', `delete from ledger_entries where trade_id = 'SOL-USD-6'`);
      await noticed(system);
    },
  },
  'settlement-t2': {
    title: 'batches of analytics lock the ledger for 3.5 s each: settlement is late, and never for long',
    inject: async (system) => {
      await analytics(system, 'batches', { seconds: 3.5 });
    },
    shows: `${p99} > 2`,
  },
  'settlement-slow': {
    title: 'a batch takes so long that one ledger consumer for all partitions is late, and one for each is not',
    inject: (system) => {
      system.break({ batchMs: 550 });
    },
    shows: `${p99} > 2`,
  },
  'settlement-t3': {
    title: 'a report of analytics was left open and locks the ledger: nothing is settled',
    inject: async (system) => {
      await analytics(system, 'report', {});
    },
    shows: `${p99} > 6`,
  },
};
