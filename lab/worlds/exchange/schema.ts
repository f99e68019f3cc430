/** The ledger: double entry, what must hold as views, and balances that somebody has to refresh. */
import { ledgerDatabase, ledgerUser } from './names.ts';

/** Run as the superuser in the database `postgres`. */
export const roles = [
  `create role ${ledgerUser} login`,
  `grant pg_monitor, pg_signal_backend to ${ledgerUser}`,
  `create database ${ledgerDatabase} owner ${ledgerUser}`,
] as const;

/** Run as the superuser in the ledger: an operator promotes a standby and closes a segment of the log as the role of the services. */
export const grants = `
  grant execute on function pg_promote(boolean, integer) to ${ledgerUser};
  grant execute on function pg_switch_wal() to ${ledgerUser};
`;

/** Run as the owner. Amounts are whole minor units. */
export const tables = `
  create table ledger_entries (id bigint generated always as identity primary key, trade_id text not null, engine_seq bigint not null,
    symbol text not null, account text not null, amount bigint not null, side text not null check (side in ('debit', 'credit')),
    idempotency_key text not null unique, traded_at timestamptz not null);
  create index on ledger_entries (symbol, engine_seq);
  create index on ledger_entries (trade_id);
  create table smoke_ledger_entries (id bigint generated always as identity primary key, trade_id text not null, symbol text not null,
    amount bigint not null, created_at timestamptz not null default now());
  create table outbox (id bigint generated always as identity primary key, trade_id text not null unique, payload jsonb not null,
    created_at timestamptz not null default now(), published_at timestamptz);
  create table settlement_state (symbol text primary key, engine_seq bigint not null, ledger_seq bigint not null, updated_at timestamptz not null);
  create table integrity_roots (symbol text not null, from_seq bigint not null, to_seq bigint not null, root text not null,
    primary key (symbol, from_seq));
  create table fencing (only_row boolean primary key default true check (only_row), token bigint not null);

  create view ledger_positions as
    select symbol, max(engine_seq) filter (where engine_seq = place) as ledger_seq
    from (select symbol, engine_seq, dense_rank() over (partition by symbol order by engine_seq) as place from ledger_entries) as ranked
    group by symbol;

  create view invariant_violations as
    select 'unbalanced' as kind, symbol, engine_seq, trade_id
      from ledger_entries group by symbol, engine_seq, trade_id
      having sum(case side when 'credit' then amount else -amount end) <> 0
    union all
    select distinct 'double', symbol, engine_seq, trade_id
      from ledger_entries group by symbol, engine_seq, trade_id, account
      having abs(sum(case side when 'credit' then amount else -amount end)) <> max(amount)
    union all
    select 'missing', s.symbol, seq, null
      from settlement_state s cross join lateral generate_series(1, (select max(engine_seq) from ledger_entries e where e.symbol = s.symbol)) as seq
      where not exists (select 1 from ledger_entries e where e.symbol = s.symbol and e.engine_seq = seq);

  create materialized view balances as
    select account, sum(case side when 'credit' then amount else -amount end)::bigint as amount,
      (select coalesce(jsonb_object_agg(symbol, seq), '{}') from (select symbol, max(engine_seq) as seq from ledger_entries group by symbol) as newest) as as_of
    from ledger_entries group by account;
`;

export const allTables = 'ledger_entries, smoke_ledger_entries, outbox, settlement_state, integrity_roots, fencing';

/** Accounts whose balance is another one than that of the entries up to the refresh. */
export const wrongBalances = `
  select count(*)::int as wrong from (
    select e.account, sum(case e.side when 'credit' then e.amount else -e.amount end) as amount
    from ledger_entries e, (select as_of from balances limit 1) as refreshed
    where e.engine_seq <= coalesce((refreshed.as_of->>e.symbol)::bigint, 0) group by e.account) as entries
  full join balances using (account) where entries.amount is distinct from balances.amount`;
