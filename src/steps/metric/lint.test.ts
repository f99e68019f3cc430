import { describe, expect, it } from 'vitest';
import { lint } from './lint.ts';
import { notOlder, withLabels } from './selectors.ts';

const found = (query: string) => lint({ params: { query }, step: { query }, literal: () => true });

describe('lint of PromQL', () => {
  it.each([
    'max by (venue) (ws_sequence_gap_ratio) > 0.02',
    'sum(rate(ws_messages_total[1m]))',
    'histogram_quantile(0.99, sum by (le) (rate(latency_bucket{job=~"a|b"}[5m])))',
    'a offset 5m / on (x) group_left b',
  ])('accepts %s', (query) => {
    expect(found(query)).toEqual([]);
  });

  it('says where a query breaks, once', () => {
    const query = 'sum(rate(x[5m]) by (venue)';
    const [one, ...more] = found(query);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ code: 'metric/syntax', pointer: '/query' });
    expect((one?.offset ?? 0) + (one?.length ?? 0)).toBeGreaterThan(query.indexOf(' by'));
  });

  it('points at what needs a window', () => {
    const query = '1 + rate(x)';
    expect(found(query)).toMatchObject([{ code: 'metric/range', offset: 9, length: 1, hint: 'write a window: x[5m]' }]);
  });

  it('leaves queries alone that are not known yet', () => {
    expect(found('{{inputs.query}}')).toEqual([]);
  });
});

describe('labels', () => {
  it.each([
    ['a', 'a{v="1"}'],
    ['a{}', 'a{v="1"}'],
    ['a{b="c"}', 'a{v="1",b="c"}'],
    ['sum(rate(a[5m])) / sum by (x) (b{})', 'sum(rate(a{v="1"}[5m])) / sum by (x) (b{v="1"})'],
  ])('are added to every selector of %s', (query, expected) => {
    expect(withLabels(query, { v: 1 })).toBe(expected);
  });
});

describe('an age', () => {
  it.each([
    ['a{b="c"} > 1', '(a{b="c"} and last_over_time(a{b="c"}[60000ms])) > 1'],
    ['sum(a) / b', 'sum((a and last_over_time(a[60000ms]))) / (b and last_over_time(b[60000ms]))'],
    ['rate(a[5m])', 'rate(a[5m])'],
    ['a offset 1h', 'a offset 1h'],
    ['a @ 1700000000', 'a @ 1700000000'],
    ['time() - timestamp(a)', 'time() - timestamp(a)'],
  ])('is a condition on the plain selectors of %s', (query, expected) => {
    expect(notOlder(query, 60_000)).toBe(expected);
  });
});
