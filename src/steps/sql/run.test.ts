/** Against a real server: what reads see, what writes do, and what is taken back (T9, F33). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestPostgres } from '../../../lab/servers/test-servers.ts';
import { startPostgres } from '../../../lab/servers/test-servers.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { acts } from './functions.ts';
import { stepType } from './index.ts';

let server: TestPostgres;
let bench: Bench;
const done = async (params: Json) => (await bench.run(params)).done;
const value = async (sql: string, args: readonly Json[] = []): Promise<Json> =>
  (resultOf(await bench.run({ query: sql, args, returns: 'value' })) as { readonly value: Json }).value;

beforeAll(async () => {
  server = await startPostgres();
  bench = await openStep(stepType, server.target);
  resultOf(
    await bench.run({ query: 'create table feeds (id int primary key, name text, paused boolean not null default false)' }),
  );
  resultOf(await bench.run({ query: "insert into feeds select n, 'feed ' || n from generate_series(1, 5) n", rows: 5 }));
  resultOf(await bench.run({ query: 'create sequence numbers' }));
});
afterAll(async () => {
  await bench.session.close();
  await server.stop();
});

describe('what a read returns', () => {
  it('gives rows, one row, or one value, with the columns', async () => {
    expect(await done({ query: 'select id, name from feeds where id <= $1 order by id', args: [2] })).toEqual({
      ok: true,
      changed: false,
      result: {
        rows: [
          { id: 1, name: 'feed 1' },
          { id: 2, name: 'feed 2' },
        ],
        rowCount: 2,
        command: 'SELECT',
        columns: [
          { name: 'id', type: 'int4' },
          { name: 'name', type: 'text' },
        ],
      },
    });
    expect(await done({ query: 'select id, paused from feeds where id = 1', returns: 'row' })).toMatchObject({
      result: { row: { id: 1, paused: false } },
    });
    expect(await value('select name from feeds where id = 3')).toBe('feed 3');
    expect(await value('show server_encoding')).toBe('UTF8');
  });

  it('keeps all digits of integers inside json and jsonb', async () => {
    const sql = `select '{"id": 9007199254740993, "most": 1e400}'::json as one, array['[9007199254740993]']::jsonb[] as many`;
    const { done } = await bench.run({ query: sql, returns: 'row' });
    expect(done).toMatchObject({
      result: { row: { one: { id: '9007199254740993', most: '1e400' }, many: [['9007199254740993']] } },
    });
    expect(done).toHaveProperty('int64', ['/row/one/id', '/row/many/0/0']);
  });

  it('keeps every type exact, and marks 64-bit integers wherever they are', async () => {
    const sql = `select 9007199254740993::int8 as big, 1.10::numeric as exact, 3::int2 as small, 0.5::float8 as half, 'NaN'::float8 as nan,
      timestamptz '2026-01-31 12:00:00.5+02' as moment, timestamp '2026-01-31 12:00:00' as wall, date '2026-01-31' as day,
      'infinity'::timestamptz as never, '{"a": [1, null]}'::jsonb as data, null::int as nothing, true as yes,
      array[1, 9007199254740993]::int8[] as bigs, array['a,"b', null] as texts, '\\x00ff'::bytea as bytes, interval '90 minutes' as span`;
    expect(await done({ query: sql, returns: 'row' })).toMatchObject({
      ok: true,
      int64: ['/row/big', '/row/bigs/0', '/row/bigs/1'],
      result: {
        row: {
          big: '9007199254740993',
          exact: '1.10',
          small: 3,
          half: 0.5,
          nan: 'NaN',
          moment: '2026-01-31T10:00:00.5Z',
          wall: '2026-01-31T12:00:00',
          day: '2026-01-31',
          never: 'infinity',
          data: { a: [1, null] },
          nothing: null,
          yes: true,
          bigs: ['1', '9007199254740993'],
          texts: ['a,"b', null],
          bytes: '\\x00ff',
          span: 'PT1H30M',
        },
      },
    });
    expect(await done({ query: 'select count(*) from feeds', returns: 'value' })).toMatchObject({
      int64: ['/value'],
      result: { value: '5' },
    });
  });

  it('says no data for no rows and for NULL', async () => {
    const none = 'select name from feeds where id = 99';
    for (const params of [{ query: none }, { query: none, returns: 'row' }, { query: 'select null', returns: 'value' }])
      expect(await done(params)).toMatchObject({ ok: true, noData: true });
  });

  it('refuses what it cannot tell: two rows as one, two columns as a value, the same name twice', async () => {
    expect(await done({ query: 'select 1 from feeds', returns: 'value' })).toMatchObject({ code: 'more-than-one-row' });
    expect(await done({ query: 'select id, name from feeds', returns: 'value' })).toMatchObject({ code: 'not-one-column' });
    expect(await done({ query: 'select 1 as a, 2 as a' })).toMatchObject({ code: 'same-name' });
  });

  it('stops at its limit with an error, not with a part', async () => {
    const sql = "select n, repeat('x', 100) as filler from generate_series(1, 100000) n";
    expect(await done({ query: sql })).toMatchObject({ ok: false, code: 'too-many-rows', message: 'more than 10000 rows' });
    expect(await done({ query: sql, limit: 100_000 })).toMatchObject({ ok: true, result: { rowCount: 100_000 } });
    expect(await done({ query: "select repeat('x', 1000000) from generate_series(1, 40)" })).toMatchObject({ code: 'too-large' });
    expect(await done({ query: 'select * from generate_series(1, 7)', limit: 7 })).toMatchObject({ ok: true });
  });
});

describe('parameters', () => {
  const nasty = [
    "'; drop table feeds; --",
    '$1 {{inputs.x}} %s :name',
    'quote " backslash \\ \u0001\ttab\r\n',
    '{"a","b"}',
    "ünïcode \u{1f600} \\'",
    '',
  ];
  it.each(nasty)('come back as they were: %j', async (text) => {
    expect(await value('select $1::text', [text])).toBe(text);
    expect(await value('select $1::jsonb', [text])).toBe(text);
    expect(await value('select $1::text[]', [[text, null, text]])).toEqual([text, null, text]);
    expect(await value('select $1::jsonb', [{ [`k${text}`]: [text] }])).toEqual({ [`k${text}`]: [text] });
  });

  it('take lists for arrays, whatever the type', async () => {
    expect(await value('select count(*)::int from feeds where id = any($1)', [[1, 2, 99]])).toBe(2);
    expect(await value('select $1::int8', ['9007199254740993'])).toBe('9007199254740993');
    expect(await value('select $1::boolean', [true])).toBe(true);
    expect(await value('select coalesce($1::int, 7)', [null])).toBe(7);
  });

  it('of the wrong number or form are refused before anything runs', async () => {
    expect(await bench.run({ query: 'update feeds set paused = true where id = $1', args: [] })).toMatchObject({
      sent: false,
      done: { ok: false, wire: 'notStarted', code: 'wrong-arguments' },
    });
    expect(await done({ query: 'select $1::int', args: ['x'] })).toMatchObject({ wire: 'refused', code: 'wrong-argument' });
  });
});

describe('a write that looks like a read', () => {
  beforeAll(async () => {
    const body = 'begin update feeds set paused = true; return 1; end';
    resultOf(await bench.run({ query: `create function pause_all() returns int language plpgsql as $$ ${body} $$` }));
  });

  it('in a function of the owner is stopped by the server, unless the step says that it writes', async () => {
    const sql = 'select pause_all() as done';
    expect(await done({ query: sql, returns: 'value' })).toMatchObject({ ok: false, wire: 'refused', code: 'write-in-read' });
    expect(await value('select count(*)::int from feeds where paused')).toBe(0);
    expect(await done({ query: sql, returns: 'value', writes: true })).toMatchObject({
      ok: true,
      changed: 'unknown',
      result: { value: 1 },
    });
    expect(await value('select count(*)::int from feeds where paused')).toBe(5);
    resultOf(await bench.run({ query: 'update feeds set paused = false where paused' }));
  });

  it.each([
    "with x as (insert into feeds values (99, 'x') returning id) select * from x",
    "explain analyze insert into feeds values (99, 'x')",
    'select * from feeds for update',
    "select nextval('numbers')",
    'select * into other from feeds',
  ])('is refused by the server as well when it takes it for a read: %s', async (sql) => {
    const { openPostgres } = await import('../../clients/postgres/client.ts');
    const { readTarget } = await import('../../clients/postgres/target.ts');
    const client = openPostgres(await readTarget(server.target, '.'));
    const job = { text: sql, args: [], mode: 'read', limits: { rows: 10, bytes: 1000 }, clean: true } as const;
    const control = { signal: AbortSignal.timeout(10_000), deadline: 10_000, sent: () => undefined };
    const found = await client.perform(job, control);
    expect(found).toMatchObject({ ok: false, wire: 'refused', code: 'write-in-read' });
    await client.close();
    expect(await value("select count(*)::int from pg_class where relname = 'other'")).toBe(0);
    expect(await value('select count(*)::int from feeds')).toBe(5);
  });

  it('is recognised for every function of the server that could act: what is not on the list only looks', async () => {
    const looks =
      /^(?:pg_(?:ls|show|control|current|last|get|read|stat_get|stat_have)_|pg_(?:blocking_pids|collation_actual_version|database_collation_actual_version|database_size|relation_size|table_size|tablespace_size|total_relation_size|indexes_size|hba_file_rules|ident_file_mappings|is_in_recovery|is_wal_replay_paused|isolation_test_session_is_blocked|jit_available|lock_status|logical_slot_peek_\w+|notification_queue_usage|partition_ancestors|partition_tree|prepared_xact|safe_snapshot_blocking_pids|sequence_last_value|sleep|sleep_for|sleep_until|stat_clear_snapshot|stat_file|xact_\w+)$|\w+handler$|plpgsql_validator$|(?:amvalidate|bernoulli|system|clock_timestamp|timeofday|current_query|currtid2?|currval|lastval|gen_random_uuid|random|random_normal|setseed|txid_status)$)/;
    const { rows } = resultOf(
      await bench.run({
        query: `select distinct proname as name from pg_proc
          where provolatile = 'v' and pronamespace = 'pg_catalog'::regnamespace and prorettype::regtype::text not in ('trigger', 'event_trigger', 'internal')`,
      }),
    ) as { readonly rows: readonly { readonly name: string }[] };
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.map(({ name }) => name).filter((name) => !acts(name) && !looks.test(name))).toEqual([]);
  });

  it('cannot come as a second statement', async () => {
    const { openPostgres } = await import('../../clients/postgres/client.ts');
    const { readTarget } = await import('../../clients/postgres/target.ts');
    const client = openPostgres(await readTarget(server.target, '.'));
    const job = {
      text: 'commit; delete from feeds',
      args: [],
      mode: 'read',
      limits: { rows: 10, bytes: 1000 },
      clean: true,
    } as const;
    const control = { signal: AbortSignal.timeout(10_000), deadline: 10_000, sent: () => undefined };
    expect(await client.perform(job, control)).toMatchObject({ ok: false, code: 'syntax' });
    await client.close();
    expect(await value('select count(*)::int from feeds')).toBe(5);
    expect(await bench.run({ query: 'select 1; delete from feeds' })).toMatchObject({ sent: false, done: { code: 'several' } });
  });
});

describe('a write', () => {
  it('says how many rows it touched, and whether it changed anything', async () => {
    expect(await done({ query: 'update feeds set paused = true where id = $1', args: [1] })).toMatchObject({
      ok: true,
      changed: true,
      result: { rowCount: 1, command: 'UPDATE' },
    });
    expect(await done({ query: 'update feeds set paused = true where id = 99' })).toMatchObject({ ok: true, changed: false });
    expect(await done({ query: 'update feeds set paused = false where id = 1 returning name', returns: 'value' })).toMatchObject({
      ok: true,
      changed: true,
      result: { value: 'feed 1' },
    });
  });

  it('of another number of rows than expected is taken back', async () => {
    const sql = 'delete from feeds where id > $1';
    expect(await done({ query: sql, args: [2], rows: 2 })).toMatchObject({
      ok: false,
      wire: 'refused',
      code: 'row-count',
      message: '3 rows instead of 2',
    });
    expect(await done({ query: sql, args: [2], rows: { max: 2 } })).toMatchObject({ code: 'row-count' });
    expect(await done({ query: `${sql} returning id`, args: [3], returns: 'row' })).toMatchObject({ code: 'more-than-one-row' });
    expect(await done({ query: `${sql} returning id`, args: [9], returns: 'row' })).toMatchObject({ code: 'no-row' });
    expect(await value('select count(*)::int from feeds')).toBe(5);
  });

  it('that a constraint refuses at COMMIT is refused, not in doubt', async () => {
    resultOf(await bench.run({ query: 'create table legs (feed int references feeds deferrable initially deferred)' }));
    expect(await done({ query: 'insert into legs values (99)' })).toMatchObject({
      ok: false,
      wire: 'refused',
      code: 'sqlstate-23503',
    });
  });

  it('that needs to be outside a transaction says so, and runs there when told', async () => {
    const sql = 'create index concurrently by_name on feeds (name)';
    expect(await done({ query: sql })).toMatchObject({ ok: false, wire: 'refused', code: 'not-in-transaction' });
    expect(await done({ query: sql, transaction: 'none' })).toMatchObject({ ok: true, changed: true });
    const twice = "insert into feeds values (1, 'again')";
    expect(await done({ query: twice, transaction: 'none' })).toMatchObject({
      ok: false,
      wire: 'refused',
      code: 'sqlstate-23505',
    });
    const half = 'do $$ begin perform 1/0; end $$';
    expect(await done({ query: half, transaction: 'none' })).toMatchObject({
      ok: false,
      wire: 'unknown',
      code: 'sqlstate-22012',
    });
    expect(await done({ query: 'vacuum feeds', transaction: 'none' })).toMatchObject({ ok: true });
    expect(await value("select indisvalid from pg_index where indexrelid = 'by_name'::regclass")).toBe(true);
  });
});

describe('a preview', () => {
  const preview = async (params: Json) => {
    if (bench.session.preview === undefined) throw new Error('no preview');
    return bench.session.preview(params, bench.context());
  };
  const rows = () => value("select string_agg(f::text, ';' order by id) from feeds f");

  it('counts the rows that a change would touch and shows the plan, and changes nothing', async () => {
    const before = await rows();
    const shown = await preview({ query: 'update feeds set paused = true where id > $1', args: [2] });
    expect(shown.diff).toMatch(/^UPDATE would touch 3 rows \(Update on feeds \/ /);
    expect(await preview({ query: 'delete from feeds' })).toMatchObject({ data: { rows: 5 } });
    expect(await preview({ query: "insert into feeds values (50, 'x')" })).toMatchObject({ data: { rows: 1 } });
    expect(await preview({ query: 'with x as (delete from feeds where id = 1 returning id) select * from x' })).toMatchObject({
      data: { rows: 1 },
    });
    expect(await rows()).toBe(before);
  });

  it('says what would not work', async () => {
    await expect(preview({ query: 'update feeds set paused = true', rows: 2 })).rejects.toThrow('5 rows instead of 2');
    await expect(preview({ query: 'update fids set paused = true' })).rejects.toThrow('relation "fids" does not exist');
  });

  it('does not try what it could not take back', async () => {
    const before = await rows();
    expect((await preview({ query: 'drop table feeds' })).diff).toContain('cannot be tried');
    expect((await preview({ query: "select setval('numbers', 1000)" })).diff).toMatch(/^would perform select setval/);
    expect(await value('select last_value::int from numbers')).not.toBe(1000);
    expect(await rows()).toBe(before);
  });

  it('does not try what would leave something behind: numbers of a sequence, the work of a trigger', async () => {
    for (const query of [
      'create table orders (id serial, note text)',
      "create function note() returns trigger language plpgsql as $$ begin perform nextval('numbers'); return new; end $$",
      'create table "Odd ""name" (id int, note text)',
      'create trigger t before update on "Odd ""name" for each row execute function note()',
    ])
      resultOf(await bench.run({ query }));
    expect((await preview({ query: "insert into orders (note) values ('a')" })).diff).toContain(
      'a sequence would keep what it gave',
    );
    expect((await preview({ query: 'update "Odd ""name" set note = $1', args: ['x'], rows: 0 })).diff).toContain(
      'a trigger may do more',
    );
    expect((await preview({ query: "insert into orders values (1, 'a')" })).diff).toContain('would touch 1 row');
    expect(await value('select is_called from orders_id_seq')).toBe(false);
  });
});

describe('a session', () => {
  it('serves the steps of a run with one connection, and several at once with several', async () => {
    const own = await openStep(stepType, server.target);
    const pid = async () => resultOf(await own.run({ query: 'select pg_backend_pid()', returns: 'value' }));
    const first = await pid();
    expect(await pid()).toEqual(first);
    const both = await Promise.all([pid(), pid()]);
    expect(both[0]).not.toEqual(both[1]);
    expect(both).toContainEqual(first);
    await own.session.close();
  });

  it('survives that its idle connection was ended by the server', async () => {
    const own = await openStep(stepType, server.target);
    const before = resultOf(await own.run({ query: 'select pg_backend_pid()', returns: 'value' })) as { readonly value: Json };
    expect(await value('select pg_terminate_backend($1)', [before.value])).toBe(true);
    await expect
      .poll(async () => value('select count(*)::int from pg_stat_activity where pid = $1', [before.value]), { timeout: 5000 })
      .toBe(0);
    expect(await own.run({ query: 'update feeds set paused = false where id = 1' })).toMatchObject({ done: { ok: true } });
    await own.session.close();
  });

  it('shows the operator what it is', async () => {
    const own = await openStep(stepType, { ...server.target, applicationName: 'runbook ws-desync' });
    expect(
      resultOf(await own.run({ query: 'select current_setting($1)', args: ['application_name'], returns: 'value' })),
    ).toMatchObject({
      value: 'runbook ws-desync',
    });
    expect(own.session.describe({ query: 'select\n  $1', args: ['a'] })).toBe('select $1 with ["a"]');
    await own.session.close();
  });
});
