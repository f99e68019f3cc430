/** Faults of PostgreSQL. */
import { eventually } from '../brokers.ts';
import { sql } from '../database/sql.ts';
import { serviceUrl } from '../layout.ts';
import type { System } from '../system.ts';
import type { Injected } from './injected.ts';

/** Closes the segment at hand, so that the archive has all until now; and one more commit, because a restore up to a moment ends at the first one after it. */
async function archive({ state }: System): Promise<void> {
  await sql(state, 'postgres', 'select pg_switch_wal()');
}

/** A check of the invariants that found nothing, so much later than the backup that it can be the moment to restore. */
const checkedAfter = ({ state }: System, seconds: number): Promise<void> =>
  eventually('the invariants are checked after the backup', 180_000, async () => {
    const text = await (await fetch(`${serviceUrl(state, 'settlement')}/metrics`)).text();
    return Number(/^invariant_check_timestamp_seconds (\S+)/m.exec(text)?.[1]) > seconds;
  });

export const databaseFaults: Readonly<Record<string, Injected>> = {
  'postgres-down': {
    title: 'the primary has crashed and its files are damaged: it does not start again; the standby has everything',
    inject: async (system) => {
      await archive(system);
      await system.ledger.destroy('postgres');
    },
    shows: 'ledger_up == 0',
  },
  'postgres-corrupt': {
    title: 'a script has changed the amounts of a third of the credits; the standby has replayed it',
    inject: async (system) => {
      const { state, ledger } = system;
      await eventually('every symbol has trades in the ledger', 180_000, async () => {
        const rows = await sql(state, 'ledger', 'select count(*)::int as symbols from settlement_state where ledger_seq > 8');
        return rows[0]?.['symbols'] === 3;
      });
      const { finishedAt } = await ledger.backUp();
      await checkedAfter(system, Date.parse(finishedAt) / 1000 + 3);
      await archive(system);
      await sql(state, 'ledger', "update ledger_entries set amount = amount + 1 where engine_seq % 3 = 0 and side = 'credit'");
      await sql(state, 'ledger', 'refresh materialized view balances');
      await archive(system);
    },
    shows: 'sum(invariant_violations) > 0',
  },
  'smoke-db-down': {
    title: 'the ledger does not start: its files are damaged',
    inject: async ({ ledger }) => {
      await ledger.destroy('postgres');
    },
    shows: 'ledger_up == 0',
  },
};
