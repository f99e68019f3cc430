/** What a statement does must be known from its text, also where it hides (T9, T14). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';
import { tokenize } from './tokens.ts';

const effectOf = (sql: string): string => {
  const found = classify(sql);
  return found.ok ? found.statement.effect : found.refusal.code;
};

describe('the class of a statement', () => {
  it.each([
    'select 1',
    'SELECT * FROM t WHERE note = $1',
    '(select 1) union (select 2)',
    'values (1), (2)',
    'table feeds',
    'show server_version',
    'with a as (select 1) select * from a',
    'with a as materialized (select 1), b as (values (2)) select * from a, b',
    'explain delete from t',
    'explain (analyze false, costs off) delete from t',
    'explain (select 1)',
    'explain analyze select 1',
    'explain (analyze, buffers) select 1',
    "select 'delete from t; drop table t' as text",
    'select 1 -- ; delete from t',
    'select 1 /* ; delete /* nested */ from t */',
    'select $$; drop table t$$',
    'select $q$ pg_terminate_backend(1) $$ $q$',
    'select "delete", "into" from t',
    "select E'\\'; delete from t' ",
    'select pg_terminate_backend from calls',
    'select substring(a for 3), updated from t where deleted;',
    'select count(*) from t;;',
    'select pg_is_in_recovery(), txid_current()',
  ])('reads: %s', (sql) => {
    expect(effectOf(sql)).toBe('read');
  });

  it.each([
    'insert into t values (1)',
    'update t set a = 1 where b = 2',
    'delete from t where a = 1',
    'merge into t using s on t.a = s.a when matched then delete',
    'with gone as (delete from t where a = 1 returning *) select * from gone',
    'with a as materialized (insert into t values (1) returning *) select * from a',
    'with a as (select 1) insert into t select * from a',
    'with a as (select 1) update t set b = 1 from a where t.a = 1',
    '(with x as (delete from t where true returning 1) select * from x)',
    'explain analyze update t set a = 1 where b = 2',
    'EXPLAIN (ANALYZE, VERBOSE) insert into t values (1)',
    'explain (analyze true) insert into t values (1)',
    'explain (verbose, analyze on) insert into t values (1)',
    'explain analyse insert into t values (1)',
    'explain analyze verbose create table x as select 1',
    "copy t to '/tmp/x'",
    "copy (select 1) to program 'sh'",
    'do $$ begin delete from t; end $$',
    'call p()',
    'select * into x from t',
    'select a into temp x from t',
    'select * from t for update',
    'select * from t for no key update skip locked',
    'select * from t for share',
    'select pg_terminate_backend(1)',
    'select pg_cancel_backend (pid) from pg_stat_activity',
    'select pg_catalog.pg_promote()',
    'select pg_catalog . "pg_reload_conf" ()',
    'select "setval"(\'s\', 1)',
    "select nextval('s')",
    "select set_config('a.b', 'c', false)",
    'select pg_switch_wal()',
    "select lo_export(1, '/tmp/x')",
    'select lo_unlink(1)',
    "select * from dblink('x', 'delete from t') as t(a int)",
    "select dblink_exec('x', 'y')",
    'select pg_advisory_lock(1)',
    'select /* hidden */ pg_terminate_backend/**/(1)',
    'select U&"pg_terminate_b\\0061ckend"(1)',
    "select query_to_xml('delete from t', true, true, '')",
    'create table t (a int)',
    'create function f() returns int begin atomic select 1; select 2; end',
    'vacuum t',
    'analyze t',
    'refresh materialized view v',
    "notify channel, 'x'",
    'alter table t add column b int',
    'grant select on t to r',
  ])('writes: %s', (sql) => {
    expect(effectOf(sql)).toBe('write');
  });

  it.each([
    'drop table t',
    'truncate t',
    'delete from t',
    'update t set a = (select 1 where true)',
    'with gone as (delete from t returning *) select * from gone',
    'alter table t drop column a',
    "alter system set work_mem = '1GB'",
    'explain analyze delete from t',
  ])('destroys: %s', (sql) => {
    expect(effectOf(sql)).toBe('destructive');
  });

  it.each([
    ['select 1; delete from t', 'sql/several'],
    ['commit; delete from t', 'sql/several'],
    ['begin', 'sql/session'],
    ['SET TRANSACTION READ WRITE', 'sql/session'],
    ['/* a */ set role admin', 'sql/session'],
    ['prepare x as delete from t', 'sql/session'],
    ['copy t from stdin', 'sql/copy'],
    ['COPY (select 1) TO STDOUT', 'sql/copy'],
    ['selct 1', 'sql/unknown-statement'],
    ['', 'sql/empty'],
    ['-- nothing', 'sql/empty'],
    [';', 'sql/empty'],
    ["select 'a", 'sql/syntax'],
    ['select "a', 'sql/syntax'],
    ['select ""', 'sql/syntax'],
    ['select $x$ a $y$', 'sql/syntax'],
    ['select (1', 'sql/syntax'],
    ['select 1)', 'sql/syntax'],
    ['select 1 /* /* */', 'sql/syntax'],
    ['\\dt', 'sql/syntax'],
    ['select 1\0; drop table t', 'sql/syntax'],
  ])('refuses: %s', (sql, code) => {
    expect(effectOf(sql)).toBe(code);
  });

  it('counts parameters where they are parameters, and names the gaps', () => {
    const found = classify("select $1, '$7', $q$ $8 $q$, /* $9 */ $3, a$5 from t");
    expect(found).toMatchObject({ ok: true, statement: { parameters: 3, unused: [2] } });
  });

  it('takes nothing in a string, however it is quoted, for a statement', () => {
    const quoted = fc.oneof(
      fc.string().map((text) => `'${text.replaceAll("'", "''")}'`),
      fc.string().map((text) => `E'${text.replaceAll(/[\\']/g, '\\$&')}'`),
      fc.string().map((text) => `$q$${text.replaceAll('$', '')}$q$`),
      fc.string({ minLength: 1 }).map((text) => `"${text.replaceAll('"', '""')}"`),
      fc.string().map((text) => `/*${text.replaceAll(/[*/]/g, '')}*/ 1`),
    );
    const mean = fc.tuple(quoted, fc.constantFrom('; delete from t', ' delete from t ', "'; drop table t --", ''));
    fc.assert(
      fc.property(mean, ([text, end]) => {
        fc.pre(!text.includes('\0'));
        expect(effectOf(`select ${text}`)).toBe('read');
        if (end === '; delete from t') expect(effectOf(`select ${text}${end}`)).toBe('sql/several');
      }),
    );
  });

  it('cuts any text into words that are all of it, or says where it cannot', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = tokenize(text);
        if (!found.ok) {
          expect(found.problem.offset).toBeLessThan(text.length);
          return;
        }
        const ends = found.tokens.map((one) => one.offset + one.length);
        expect(found.tokens.every((one, i) => one.offset >= (ends[i - 1] ?? 0))).toBe(true);
      }),
    );
  });
});
