/** A value in a query never becomes text of the query, whatever it is. */
import { parser } from '@prometheus-io/lezer-promql';
import { loadModule, parseSync } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../cel/failure.ts';
import { parseTemplate } from '../template/template.ts';
import type { Piece } from './piece.ts';
import { placingInQuery } from './placing-in-queries.ts';
import type { QueryLanguage } from './query-places.ts';

/** `{{v}}` is the value. */
function placed(language: QueryLanguage, query: string, value: string, timeScale = 1): string {
  const parsed = parseTemplate(query);
  if (!parsed.ok) throw new Error(parsed.message);
  const pieces = parsed.parts.map((part): Piece =>
    typeof part === 'string' ? { text: part, isFree: false } : { text: value, isFree: true, isValue: true },
  );
  try {
    return placingInQuery(language, timeScale)(pieces);
  } catch (thrown) {
    if (thrown instanceof Failure) return `refused: ${thrown.fault.code}`;
    throw thrown;
  }
}
const nasty = [
  'a"b',
  "a'b",
  'a`b',
  'a\\',
  '"} or up{x="',
  '$',
  '{{v}}',
  'a\nb',
  '#',
  '-- ',
  '*/',
  '',
  '漢字',
  "'; drop table x; --",
  '\\"',
];

describe('PromQL', () => {
  it.each([
    ['rate(x[{{v}}])', '5m', 'rate(x[5m])'],
    ['rate(x[{{v}}:1m])', '90s', 'rate(x[1m30s:1m])'],
    ['x offset {{v}}', '1h', 'x offset 1h'],
    ['x{a="{{v}}"}', 'a"b\\', 'x{a="a\\"b\\\\"}'],
    ["x{a='{{v}}'}", 'a\'b"c', "x{a='a\\'b\"c'}"],
    ['x{a=~"ws-{{v}}|b"}', 'a.b|c', 'x{a=~"ws-a\\\\.b\\\\|c|b"}'],
    ['x{a=`{{v}}`}', 'a\\b', 'x{a=`a\\b`}'],
    ['x{a="\\"{{v}}"}', 'b', 'x{a="\\"b"}'],
  ])('%s with %s', (query, value, sent) => {
    expect(placed('promql', query, value)).toBe(sent);
  });

  it('makes windows as short as the waits of a rehearsal', () => {
    expect(placed('promql', 'rate(x[{{v}}])', '5m', 60)).toBe('rate(x[5s])');
  });

  it.each([
    ['sum({{v}})', 'up'],
    ['x > {{v}}', '3'],
    ['x[{{v}}m]', '5m'],
    ['x # {{v}}', 'a'],
    ['x{ {{v}}="a"}', 'a'],
    ['"a" {{v}}', 'b'],
    ['rate(x[{{v}}])', '5m] or up[1m'],
    ['rate(x[{{v}}])', '0'],
    ['x{a=`{{v}}`}', 'a`b'],
  ])('%s refuses %s', (query, value) => {
    expect(placed('promql', query, value)).toMatch(/^refused: /);
  });

  it.each(nasty)('%j stays one label value, by Prometheus’ own grammar', (value) => {
    for (const query of ['x{a="{{v}}",b="c"}', "x{a='{{v}}',b='c'}", 'x{a=~"{{v}}",b="c"}', 'x{a=`{{v}}`,b="c"}']) {
      const sent = placed('promql', query, value);
      if (sent.startsWith('refused')) continue;
      const names: string[] = [];
      parser.parse(sent).iterate({ enter: ({ name }) => void names.push(name) });
      expect(names.filter((name) => name === 'StringLiteral')).toHaveLength(2);
      expect(names).not.toContain('⚠');
    }
  });
});

describe('SQL', () => {
  beforeAll(() => loadModule());
  it.each([
    ["now() - interval '{{v}}'", '90s', "now() - interval '90000 milliseconds'"],
    ["now() - '{{v}}'::interval", '1m', "now() - '60000 milliseconds'::interval"],
    ['select 1 from "{{v}}"', 'a"b', 'select 1 from "a""b"'],
    ['select 1 from "s"."events_{{v}}"', '2026', 'select 1 from "s"."events_2026"'],
    ["select 'it''s', interval '{{v}}'", '1s', "select 'it''s', interval '1000 milliseconds'"],
  ])('%s with %s', (query, value, sent) => {
    expect(placed('postgresql', query, value)).toBe(sent);
  });

  it.each([
    ["select '{{v}}'", 'a'],
    ['select {{v}}', '1'],
    ["select interval '1 {{v}}'", 'day'],
    ["select interval '{{v}} day'", '1'],
    ["select interval '{{v}}'", "1s' or '1"],
    ['select "{{v}}"(1)', 'pg_sleep'],
    ['select 1 from "{{v}}"', ''],
    ['select 1 from "{{v}}"', 'x'.repeat(64)],
    ['select U&"{{v}}"', 'a'],
    ['select 1 -- "{{v}}"', 'a'],
    ['select 1 /* "{{v}}" */', 'a'],
    ['select $$ "{{v}}" $$', 'a'],
    ['select 1 /* /* */ "{{v}}" */', 'a'],
    [`select E'a\\' "{{v}}"'`, 'a'],
    [`select E'"{{v}}"'`, 'a'],
  ])('%s refuses %s', (query, value) => {
    expect(placed('postgresql', query, value)).toMatch(/^refused: /);
  });

  it.each(nasty)('%j stays one name, by PostgreSQL’s own grammar', (value) => {
    const sent = placed('postgresql', 'select 1 from "{{v}}"', value);
    if (sent.startsWith('refused')) return;
    const tree = parseSync(sent) as { readonly stmts: readonly { readonly stmt: Json }[] };
    expect(tree.stmts).toHaveLength(1);
    expect(tree.stmts[0]?.stmt).toMatchObject({ SelectStmt: { fromClause: [{ RangeVar: { relname: value } }] } });
  });
});

type Json = Readonly<Record<string, unknown>>;
