/** What lint says of PromQL and what a real Prometheus says: both refuse the same queries. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestPrometheus } from '../../../lab/servers/test-servers.ts';
import { startPrometheus } from '../../../lab/servers/test-servers.ts';
import { lint } from './lint.ts';

const right = [
  'up',
  '1 + 2 * 3',
  'time() - 10',
  '-up',
  '-(1)',
  'sum(up)',
  'sum by (job) (up)',
  'sum(up) by (job)',
  'topk(3, up)',
  'topk(scalar(up), up)',
  'quantile(0.9, up)',
  'count_values("v", up)',
  'rate(x[5m])',
  'rate(x[5m] offset 1h)',
  'max_over_time(rate(x[5m])[10m:1m])',
  'max_over_time((x > 1)[10m:])',
  'histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m])))',
  'histogram_fraction(0, 0.2, rate(x[5m]))',
  'quantile_over_time(0.9, x[5m])',
  'predict_linear(x[1h], 3600)',
  'predict_linear(x[1h], 4 * 3600)',
  'label_replace(up, "a", "$1", "b", "(.*)")',
  'label_join(up, "a", ",", "b", "c", "d")',
  'label_join(up, "a", ",")',
  'round(up)',
  'round(up, 0.1)',
  'hour()',
  'hour(vector(time()))',
  'clamp(up, 0, 1)',
  'scalar(up) > bool 1',
  '1 > bool 2',
  'up > 1',
  'up > bool 1',
  '1 < up',
  'a and b',
  'a or vector(0)',
  'a unless on (x) b',
  'a / on (x) group_left (y) b',
  'x @ 1700000000',
  'x @ end()',
  'x[5m] @ start() > 1 or x'.replace('x[5m] @ start() > 1 or ', ''),
  'absent(x{a="b"})',
  'absent_over_time(x[5m])',
  'sort_desc(up)',
  'timestamp(up)',
  'vector(1)',
  'pi()',
  '{__name__="x"}',
  '{__name__=~"a.*b"}',
  'x{a=~"b|c", d!~"e.*", f!="g"}',
  'x{}',
  '{a!=""}',
  'sum(x) / ignoring (a) sum(y)',
  '(x)',
  'x atan2 y',
  '2 ^ 3 % 4',
  'sum without (a) (rate(x[1m]))',
  'changes(x[1h]) + resets(x[1h])',
  'deriv(x[5m]) > 0 and x > 1',
  '5.',
  'up * 5. + 1',
  'up @ 3.',
  'offset{a="b"}',
  'offset offset 5m',
  'and{a="b"} and or{a="b"}',
  '-x offset 5m',
  '-x @ 5',
  'x offset 5m @ 5',
  'x @ end() offset -5m',
  'max_over_time(x[1h:1m] offset 5m)',
  'a == bool b',
  'a and on () b',
  'a + on (x) group_right (y) b',
  'a * ignoring (x) group_left (x) b',
  'a + on () 1',
  'up * 1e308',
  'x @ 1e9',
  String.raw`x{a=~"b\\.c"}`,
  String.raw`x{a="\x41\u0041\U00000041\101\n\"", b='\'\t'}`,
  String.raw`label_replace(up, "a", "$1", "b", "x\\.(.*)")`,
  'x{a=~`b\\.c`}',
  'avg_over_time((a > 0)[5m:1m])',
];
const wrong: readonly (readonly [query: string, code: string, place: string])[] = [
  ['rate(x)', 'metric/range', 'x'],
  ['rate(sum(x))', 'metric/range', 'sum(x)'],
  ['rate(x[5m]) + increase(y)', 'metric/range', 'y'],
  ['sum(x[5m])', 'metric/type', 'x[5m]'],
  ['sum(1)', 'metric/type', '1'],
  ['sum("a")', 'metric/type', '"a"'],
  ['abs(1)', 'metric/type', '1'],
  ['abs(x[5m])', 'metric/type', 'x[5m]'],
  ['abs(x, y)', 'metric/type', 'abs'],
  ['abs()', 'metric/type', 'abs'],
  ['rate(x[5m], 1)', 'metric/type', 'rate'],
  ['topk(x, y)', 'metric/type', 'x'],
  ['topk(x)', 'metric/type', 'topk'],
  ['topk("3", x)', 'metric/type', '"3"'],
  ['count_values(3, x)', 'metric/type', '3'],
  ['quantile(0.5)', 'metric/type', 'quantile'],
  ['sum(1, x)', 'metric/type', 'sum'],
  ['histogram_quantile(x)', 'metric/type', 'histogram_quantile'],
  ['histogram_quantile(x, 0.9)', 'metric/type', 'x'],
  ['quantile_over_time(x[5m], 0.9)', 'metric/type', 'x[5m]'],
  ['predict_linear(x[1h], "1h")', 'metric/type', '"1h"'],
  ['label_replace(up, "a", "b")', 'metric/type', 'label_replace'],
  ['label_replace(up, a, "b", "c", "d")', 'metric/type', 'a'],
  ['round(up, up)', 'metric/type', 'up'],
  ['clamp(up, 1)', 'metric/type', 'clamp'],
  ['scalar(1)', 'metric/type', '1'],
  ['vector(up)', 'metric/type', 'up'],
  ['time(1)', 'metric/type', 'time'],
  ['x[5m] + 1', 'metric/type', 'x[5m]'],
  ['"a" + 1', 'metric/type', '"a"'],
  ['-x[5m]', 'metric/type', '-x[5m]'],
  ['(x)[5m]', 'metric/type', '(x)[5m]'],
  ['-"a"', 'metric/type', '"a"'],
  ['1 > 2', 'metric/type', '>'],
  ['scalar(x) == 1', 'metric/type', '=='],
  ['1 and 2', 'metric/type', 'and'],
  ['x and 1', 'metric/type', 'and'],
  ['x or 0', 'metric/type', 'or'],
  ['rate(x[5m])[10m]', 'metric/type', 'rate(x[5m])[10m]'],
  ['max_over_time(1[5m:1m])', 'metric/type', '1'],
  ['a and on (job) group_left (i) b', 'metric/refused', 'group_left'],
  ['a or on (job) group_right b', 'metric/refused', 'group_right'],
  ['a unless ignoring (job) group_left b', 'metric/refused', 'group_left'],
  ['a + bool b', 'metric/refused', 'bool'],
  ['a and bool b', 'metric/refused', 'bool'],
  ['1 + bool 2', 'metric/refused', 'bool'],
  ['a == on (job) 10', 'metric/refused', 'on'],
  ['10 * ignoring (job) a', 'metric/refused', 'ignoring'],
  ['a * on (job) (1)', 'metric/refused', 'on'],
  ['a / on (x, y) group_left (y) b', 'metric/refused', 'y'],
  ['rate(x[5m]) offset 5m', 'metric/refused', 'offset'],
  ['rate(x[5m]) @ 1234', 'metric/refused', '@'],
  ['sum(x) offset 5m', 'metric/refused', 'offset'],
  ['(x) offset 5m', 'metric/refused', 'offset'],
  ['1 offset 1d', 'metric/refused', 'offset'],
  ['x offset 1d offset 2d', 'metric/refused', 'offset'],
  ['x @ 5 @ 6', 'metric/refused', '@'],
  ['x @ 5 offset 1m @ 6', 'metric/refused', '@'],
  ['x @ Inf', 'metric/refused', 'Inf'],
  ['x @ -Inf', 'metric/refused', '-Inf'],
  ['x @ NaN', 'metric/refused', 'NaN'],
  ['x{__name__="y"}', 'metric/refused', '__name__="y"'],
  ['x{__name__=~"y.*"}', 'metric/refused', '__name__=~"y.*"'],
  ['x * 1e400', 'metric/refused', '1e400'],
  ['x * 0xFFFFFFFFFFFFFFFF', 'metric/refused', '0xFFFFFFFFFFFFFFFF'],
  ['rate(x[0s])', 'metric/refused', '0s'],
  ['max_over_time(x[0m:1m])', 'metric/refused', '0m'],
  ['max_over_time(x[5m:0s])', 'metric/refused', '0s'],
  ['max_over_time(x[5m:-1m])', 'metric/refused', '-1m'],
  ['rate(x[-5m])', 'metric/refused', '-5m'],
  ['avg_over_time(a > 0[5m:1m])', 'metric/refused', 'a > 0'],
  ['avg_over_time(-a[5m:1m])', 'metric/refused', '-a'],
  [String.raw`x{a=~"b\.c"}`, 'metric/refused', String.raw`"b\.c"`],
  [String.raw`x{a="\x4"}`, 'metric/refused', String.raw`"\x4"`],
  [String.raw`x{a="\'"}`, 'metric/refused', String.raw`"\'"`],
  [String.raw`x{a='\400'}`, 'metric/refused', String.raw`'\400'`],
  ['label_replace(up, "a", "$1", "b", "(")', 'metric/type', '"("'],
  ['foo(up)', 'metric/unknown-function', 'foo'],
  ['rat(x[5m])', 'metric/unknown-function', 'rat'],
  ['sum(averge(x))', 'metric/unknown-function', 'averge'],
  ['{}', 'metric/type', '{}'],
  ['{a=""}', 'metric/type', '{a=""}'],
  ['{a=~".*"}', 'metric/type', '{a=~".*"}'],
  ['x{a=~"b("}', 'metric/type', '"b("'],
  ['x{a="b"', 'metric/syntax', ''],
  ['sum(x', 'metric/syntax', ''],
  ['x +', 'metric/syntax', ''],
  ['x{a=b}', 'metric/syntax', ''],
  ['x{a=="b"}', 'metric/syntax', ''],
  ['x == = y', 'metric/syntax', ''],
  ['x[5]m', 'metric/syntax', ''],
  ['rate(x[5 m])', 'metric/syntax', ''],
  ['sum(x) by job', 'metric/syntax', ''],
];

const found = (query: string) => lint({ params: { query }, step: { query }, literal: () => true });

let server: TestPrometheus;
beforeAll(async () => {
  server = await startPrometheus();
});
afterAll(async () => {
  await server.stop();
});

/** Undefined when it takes the query. */
async function refused(query: string): Promise<string | undefined> {
  const answer = await fetch(`${server.url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const body = (await answer.json()) as { status: string; error?: string };
  return body.status === 'success' ? undefined : (body.error ?? 'refused');
}

describe('a query that Prometheus takes', () => {
  it.each(right)('%s', async (query) => {
    expect([found(query), await refused(query)]).toEqual([[], undefined]);
  });
});

describe('a query that Prometheus refuses', () => {
  it.each(wrong)('%s', async (query, code, place) => {
    const [one, ...more] = found(query);
    expect({ code: one?.code, more, server: await refused(query) }).toEqual({
      code,
      more: [],
      server: expect.any(String) as string,
    });
    if (place !== '') expect(query.slice(one?.offset, (one?.offset ?? 0) + (one?.length ?? 0))).toBe(place);
  });
});

it('two mistakes are two findings, arguments in another order are one', () => {
  const places = (query: string) => found(query).map(({ offset = 0, length = 0 }) => query.slice(offset, offset + length));
  expect(places('clamp_max(rate(x), scalar(1))')).toEqual(['x', '1']);
  expect(places('rate(x) + sum(y[5m])')).toEqual(['x', 'y[5m]']);
  expect(found('clamp_max(1, x)')).toMatchObject([{ hint: 'clamp_max(vector, scalar)' }]);
});

describe('what a step cannot read', () => {
  it.each([
    ['x[5m]', 'last_over_time(x[5m])'],
    ['"a"', undefined],
  ])('%s is not a number', (query, hint) => {
    expect(found(query)).toMatchObject([{ code: 'metric/type', ...(hint === undefined ? {} : { hint }) }]);
  });
});

describe('templates', () => {
  it.each([
    ['rate(x{a="{{inputs.a}}"})', ['metric/range']],
    ['sum(x{a="{{inputs.a}}",b=~"{{inputs.b}}|c"}', ['metric/syntax']],
    ['rate(x{a="{{inputs.a}}"}[5m])', []],
    ['{{inputs.query}}', []],
    ['rate(x[{{inputs.window}}])', []],
    ['x > {{inputs.limit}} and y{a="{{inputs.a}}"', []],
  ])('inside of texts leave the rest to be read: %s', (query, codes) => {
    expect(found(query).map(({ code }) => code)).toEqual(codes);
  });
});
