import { describe, expect, it } from 'vitest';
import { checkExpression, evaluate, verdict } from './condition.ts';
import { Sealed, Span, openValue } from '../value.ts';

const scope = {
  value: 1.5,
  whole: 3,
  text: '42',
  list: [3, 1, 2],
  series: [
    { labels: { venue: 'A' }, value: 0.5 },
    { labels: { venue: 'B' }, value: 0.01 },
  ],
  offset: openValue({ json: '9007199254740993', int64: [''] }),
  result: openValue({ json: { reply: '9007199254740993', token: 'abc', own: { a: 1 } }, masked: ['/token'] }),
  elapsed: new Span(90_000),
  expected: new Span(1_200_000),
  at: new Date('2026-01-02T03:04:05Z'),
  nothing: null,
  steps: { logOffsets: { value: openValue({ json: { 'BTC-USD': '7', 'ETH-USD': '9' }, int64: ['/*'] }), ok: true } },
  item: 'BTC-USD',
};

const value = (source: string): unknown => {
  const result = evaluate(source, scope);
  return result.ok ? result.value : `${result.fault.code}: ${result.fault.message}`;
};
const code = (source: string): string => {
  const result = evaluate(source, scope);
  return result.ok ? 'ok' : result.fault.code;
};

describe('conditions', () => {
  it.each([
    ['value * 2 > 1', true],
    ['value > 0.02', true],
    ['value == 3', false],
    ['whole == 3', true],
    ['int(text) == whole + 39', true],
    ['whole / 2', 1.5],
    ['7 / 2', 3],
    ['(whole + 1) / 2 == 2.0', true],
    ['[0.03, 0.05, 0.021].all(v, v > 0.02)', true],
    ['series.map(s, s.labels.venue)', ['A', 'B']],
    ['"A" in series.map(s, s.labels.venue)', true],
    ['series.filter(s, s.value > 0.1).size() == 1', true],
    ['int(result.reply) == offset', true],
    ['offset + 1 > offset', true],
    ["int('7') == steps.logOffsets.value[item] ? 'same' : 'other'", 'same'],
    ['elapsed < expected', true],
    ['elapsed + duration("5m") > duration("6m")', true],
    ['at < timestamp("2026-01-03T00:00:00Z")', true],
    ['has(result.own.a) && !has(result.own.b)', true],
    ['[{"value": "plain"}, {"value": {"type": "a"}}].filter(r, has(r.value.type)).size()', 1],
    ['has(text.a.b) || has(whole.a)', false],
    ['list.max() - list.min()', 2],
    ['sum(list)', 6],
    ['lines("a\\n\\nb\\n")', ['a', 'b']],
    ['json("{\\"a\\": [1]}").a[0] == 1', true],
    ['distinct(["a", "b", "a"])', ['a', 'b']],
    ['values({"a": 1, "b": 2})', [1, 2]],
    ['number(" 4.5 ") > 4', true],
    ['nothing == null', true],
    ['nothing == 3', false],
    ['text.matches("^4[0-9]$")', true],
    ['"x" + string(whole)', 'x3'],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  it('keeps 64-bit integers exact and marks them', () => {
    expect(evaluate('{"a": [offset]}', scope)).toEqual({ ok: true, value: { a: ['9007199254740993'] }, int64: ['/a/0'] });
  });

  it('refuses to compare text with a number', () => {
    for (const source of ['text == 42', 'text != 42', 'text > 41', '42 in ["42"]', '["1"] == [1]'])
      expect(code(source)).toBe('type-mismatch');
  });

  it('never lets NaN in: no data is a verdict of its own', () => {
    for (const source of ['0.0 / 0.0 > 1.0', '!(number("NaN") > 0.2)', '1 / 0 == 1', 'max([]) > 1', '1 % 0 == 0']) {
      expect(verdict(source, scope).verdict).toBe('noData');
    }
    expect(verdict('broken > 1', { broken: Number.NaN }).verdict).toBe('noData');
  });

  it('refuses masked and secret leaves, wherever they are read', () => {
    for (const source of [
      'result.token == "abc"',
      'size(result.token) > 1',
      '[result.token]',
      'result',
      'result.map(k, result[k])',
    ]) {
      expect(code(source)).toBe('masked-read');
    }
    expect(code('result.own.a == 1')).toBe('ok');
    expect(evaluate('secrets.token', { secrets: { token: new Sealed('secret', 'token') } })).toMatchObject({
      fault: { code: 'secret-read' },
    });
  });

  it('never prints data in a fault', () => {
    const secret = 'hunter2-confidential';
    for (const source of [
      'a.b.c',
      'a.b > 3',
      'a.b && true',
      'int(a.b)',
      'a.zz',
      'zz',
      'json(a.b)',
      'a.b.matches("(")',
      'duration(a.b) > duration("1s")',
    ]) {
      const result = evaluate(source, { a: { b: secret } });
      expect(result.ok).toBe(false);
      expect(JSON.stringify(result)).not.toContain(secret);
    }
  });

  it('offers the nearest name', () => {
    expect(evaluate('tetx == "1"', scope)).toMatchObject({ fault: { code: 'unknown-name', hint: 'did you mean "text"?' } });
    expect(evaluate('result.rply', scope)).toMatchObject({ fault: { code: 'unknown-field', hint: 'did you mean "reply"?' } });
  });

  it('ends: regular expressions in linear time, comprehensions by a budget', () => {
    const evil = 'a'.repeat(60) + '!';
    expect(evaluate('t.matches("^(a+)+$")', { t: evil })).toMatchObject({ ok: true, value: false });
    const many = Array.from({ length: 2_000 }, (_, index) => index);
    expect(evaluate('m.all(a, m.all(b, m.all(c, a + b + c >= 0)))', { m: many })).toMatchObject({
      fault: { code: 'too-much-work' },
    });
  });

  it('knows no inherited names', () => {
    for (const source of ['result.constructor', 'result.__proto__', 'constructor', 'toString', 'result["hasOwnProperty"]']) {
      expect(code(source)).toMatch(/unknown/);
    }
  });
});

const roots = {
  value: { type: 'number' },
  inputs: {
    type: 'object',
    properties: {
      venue: { type: 'string' },
      symbols: { type: 'array', items: { type: 'string' } },
      expected: { 'x-duration': true },
    },
  },
  steps: {
    type: 'object',
    properties: {
      head: {
        type: 'object',
        properties: {
          value: { type: 'object', additionalProperties: { type: 'string', 'x-int64': true } },
          ok: { type: 'boolean' },
        },
      },
    },
  },
  result: {},
  item: { type: 'string' },
  run: { type: 'object', properties: { elapsed: { 'x-duration': true } } },
} as const;

const issues = (
  source: string,
  wanted: 'bool' | 'list' | 'any' = 'bool',
): readonly { code: string; at: string; hint?: string | undefined }[] => {
  const result = checkExpression(source, roots, wanted);
  return result.ok
    ? []
    : result.issues.map((one) => ({ code: one.code, at: source.slice(one.offset, one.offset + one.length), hint: one.hint }));
};

describe('checking conditions', () => {
  it.each([
    'value * 2 > 1',
    'value == 3',
    'int(result.reply) == steps.head.value[item]',
    'run.elapsed < inputs.expected',
    'inputs.venue == "all" || inputs.venue in inputs.symbols',
    'result.series.map(s, s.x).size() > 0',
    'steps.head.ok',
  ])('accepts %s', (source) => {
    expect(issues(source)).toEqual([]);
  });

  it('names unknown names and fields with their place', () => {
    expect(issues('vaule > 1')).toEqual([{ code: 'unknown-name', at: 'vaule', hint: 'did you mean "value"?' }]);
    expect(issues('inputs.venu == "all"')).toEqual([{ code: 'unknown-field', at: 'venu', hint: 'did you mean "venue"?' }]);
    expect(issues('inputs.venu == steps.haed.ok').map((one) => one.at)).toEqual(['venu', 'haed']);
  });

  it('finds text against numbers', () => {
    expect(issues('inputs.venue == 3').map((one) => one.code)).toEqual(['type-mismatch']);
    expect(issues('3 in inputs.symbols').map((one) => one.code)).toEqual(['type-mismatch']);
    expect(issues('steps.head.value[item] == "3"').map((one) => one.code)).toEqual(['type-mismatch']);
    expect(issues('inputs.symbols.all(s, s > 2)').map((one) => one.at)).toEqual(['s > 2']);
  });

  it('demands true or false, or a list', () => {
    expect(issues('value + 1').map((one) => one.code)).toEqual(['not-boolean']);
    expect(issues('inputs.venue && true').map((one) => one.at)).toEqual(['inputs.venue']);
    expect(issues('inputs.venue', 'list').map((one) => one.code)).toEqual(['not-a-list']);
    expect(issues('inputs.symbols', 'list')).toEqual([]);
  });

  it('explains syntax', () => {
    expect(issues('')).toMatchObject([{ code: 'empty-condition' }]);
    expect(issues('{{inputs.venue}} == "a"')).toMatchObject([{ code: 'template-in-condition', at: '{{' }]);
    expect(issues('value = 3')).toMatchObject([{ code: 'expression-syntax', at: '=', hint: 'compare with "=="' }]);
    expect(issues('value > 3 and true')).toMatchObject([{ hint: 'CEL writes && || !' }]);
    expect(issues('inputs.venue.matches("(?=a)")')).toMatchObject([{ code: 'bad-pattern', at: '"(?=a)"' }]);
    expect(issues('foo(value)')).toMatchObject([{ code: 'unknown-function' }]);
  });

  it('reports the type and the names read', () => {
    expect(checkExpression('int(result.reply)', roots, 'any')).toMatchObject({
      ok: true,
      schema: { type: 'integer' },
      paths: [['result', 'reply']],
    });
    expect(checkExpression('inputs.symbols.all(s, s == item)', roots, 'bool').paths).toEqual([['inputs', 'symbols'], ['item']]);
  });
});
