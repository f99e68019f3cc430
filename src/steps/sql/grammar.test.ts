/** PostgreSQL's own grammar against ours: what does not parse is found at its place, and no statement is judged laxer than its syntax tree says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';
import { acts } from './functions.ts';
import { openGrammar } from './grammar.ts';

const parse = await openGrammar();

describe('what does not parse', () => {
  it.each([
    ['select a b c from t', 'c', /does not expect "c"/],
    ['select count(*) form t where a = 1', 't', /does not expect "t"/],
    ['select * from t where', '', /ends too early/],
    ['update t set a = 1, where b = 2', 'where', /does not expect "where"/],
    ['select * from t order a', 'a', /does not expect "a"/],
    ['insert into t (a, b) value (1, 2)', 'value', /does not expect "value"/],
    ['delete t where a = 1', 't', /does not expect "t"/],
    ['select * from t limit 5, 10', '', /LIMIT #,# syntax is not supported/],
    ['select "😀" frm frm t', 'frm t', /does not expect "frm"/],
  ])('%s', (sql, place, message) => {
    expect(classify(sql).ok).toBe(true);
    const read = parse(sql);
    if (read.ok) throw new Error('it parses');
    expect(read.fault.message).toMatch(message);
    if (place !== '') expect(sql.slice(read.fault.offset)).toMatch(new RegExp(`^${place}`));
  });

  it.each(['where a = ?', 'where a in (?, ?)', 'where a = :name', 'where a = %s', 'where a = ${name}', 'where a = %(name)s'])(
    'a parameter as other tools write it: %s',
    (where) => {
      const read = parse(`select * from t ${where}`);
      expect(read.ok ? undefined : read.fault.hint).toMatch(/\$1, \$2/);
    },
  );

  it('is a finding too when it is too deep, and the next statement is read', () => {
    const deep = `select ${'('.repeat(30_000)}1${')'.repeat(30_000)}`;
    expect([parse(deep).ok, parse('select 1').ok]).toEqual([false, true]);
  });
});

/** What the tree says: the oracle. */
type Judged = 'read' | 'write' | 'destructive';
const rank = (effect: string): number => ['read', 'write', 'destructive'].indexOf(effect);
const record = (json: unknown): Readonly<Record<string, unknown>> => (json ?? {}) as Readonly<Record<string, unknown>>;

function judged(stmt: unknown): Judged {
  const [kind = '', body] = Object.entries(record(stmt))[0] ?? [];
  if (kind === 'ExplainStmt') return performs(record(body)) ? judged(record(body)['query']) : 'read';
  if (['DropStmt', 'TruncateStmt', 'AlterSystemStmt'].includes(kind)) return 'destructive';
  if (kind === 'VariableShowStmt') return 'read';
  return kind === 'SelectStmt' && !changesAnything(body) ? 'read' : 'write';
}

function performs({ options }: Readonly<Record<string, unknown>>): boolean {
  const analyze = ((options ?? []) as readonly unknown[])
    .map((one) => record(record(one)['DefElem']))
    .find(({ defname }) => defname === 'analyze');
  return (
    analyze !== undefined &&
    !/"(?:sval|fval)":"(?:false|off)"|"boolval":\{\}|"Integer":\{\}/i.test(JSON.stringify(analyze['arg'] ?? ''))
  );
}

function changesAnything(json: unknown): boolean {
  if (Array.isArray(json)) return json.some(changesAnything);
  if (typeof json !== 'object' || json === null) return false;
  return Object.entries(json).some(
    ([key, value]) =>
      ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'intoClause', 'lockingClause'].includes(key) ||
      (key === 'FuncCall' && acts(nameOf(value))) ||
      changesAnything(value),
  );
}

function nameOf(call: unknown): string {
  const parts = (record(call)['funcname'] ?? []) as readonly unknown[];
  return String(record(record(parts.at(-1))['String'])['sval']);
}

describe('the judgement', () => {
  const table = fc.constantFrom('t', 'public.feeds', '"T"', '"delete"', 'only t', 'u& ', 't as "for update"');
  const call = fc.constantFrom(
    'count(*)',
    'pg_terminate_backend(1)',
    'pg_catalog."pg_cancel_backend" (1)',
    'lower(a)',
    '"setval"(\'s\', 1)',
    "nextval('s')",
    "'nextval(1)'",
    '$$ pg_promote() $$',
    'dblink_exec($1)',
    'a',
  );
  const change = fc.constantFrom(
    'delete from t where a = 1 returning a',
    'insert into t values (1) returning *',
    'update t set a = 1 where b = 2 returning b',
    'select 1',
    'values (1)',
    'select a from t for update',
    'table t',
  );
  const select = fc
    .tuple(
      call,
      table,
      fc.constantFrom('', ' where a = $1', ' for update', ' for no key update of t', ' order by 1', ' limit 1 for share'),
    )
    .map(([what, from, end]) => `select ${what} from ${from}${end}`);
  const into = fc.constantFrom(
    'select * into x from t',
    'select a into temp table x from t where a = 1',
    'create table x as select 1',
  );
  const base = fc.oneof(
    select,
    change,
    into,
    fc.tuple(select, select).map(([a, b]) => `(${a}) union all (${b})`),
  );
  const withList = fc.tuple(change, base).map(([a, b]) => `with x as (${a}), y as materialized (${a}) ${b}`);
  const nested = base.map((inner) => `select * from (${inner}) as s where exists (${inner})`);
  const explained = fc
    .tuple(
      fc.constantFrom(
        'explain',
        'explain analyze',
        'EXPLAIN (ANALYZE)',
        'explain (analyze false)',
        'explain (costs off, analyze on)',
        'explain (analyze 0)',
        'explain verbose',
        'explain (verbose, analyze off)',
      ),
      fc.oneof(base, withList),
    )
    .map(([head, inner]) => `${head} ${inner}`);
  const spaced = (sql: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(sql, fc.constantFrom(' ', '\n', ' /* delete */ ', ' -- for update\n', '\t')).map(([text, space]) =>
      text
        .split("'")
        .map((part, index) =>
          index % 2 === 0 && !part.includes('"') && !part.includes('$$') ? part.replaceAll(' ', space) : part,
        )
        .join("'"),
    );
  const statements = spaced(fc.oneof(base, withList, nested, explained));

  it('is never laxer than the syntax tree', () => {
    const runs = Number(process.env['RUNBOOK_PROPERTY_RUNS'] ?? 2_000);
    let compared = 0;
    fc.assert(
      fc.property(statements, (sql) => {
        const read = parse(sql);
        if (!read.ok) return;
        const tree = record(read.tree)['stmts'] as readonly { readonly stmt: unknown }[];
        const found = classify(sql);
        if (!found.ok) return;
        compared += 1;
        const wanted = judged(tree[0]?.stmt);
        expect({ sql, is: found.statement.effect, stricter: rank(found.statement.effect) >= rank(wanted), wanted }).toMatchObject(
          { stricter: true },
        );
        // And a read that the tree knows to be one is not a write, or authors could not look.
        if (wanted === 'read') expect({ sql, effect: found.statement.effect }).toEqual({ sql, effect: 'read' });
      }),
      { numRuns: runs },
    );
    expect(compared).toBeGreaterThan(runs / 3);
  });
});
