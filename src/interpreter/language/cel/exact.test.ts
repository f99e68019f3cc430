/** Numbers, moments and texts are what was written: an error where they cannot be, never another value. */
import { describe, expect, it } from 'vitest';
import { checkExpression, evaluate } from './condition.ts';
import { parseExactJson } from '../../core/model/json.ts';
import { openValue } from '../value.ts';

const value = (source: string, scope: Readonly<Record<string, unknown>> = {}): unknown => {
  const found = evaluate(source, scope);
  return found.ok ? found.value : found.fault.code;
};

describe('integers have 64 bits', () => {
  it.each([
    "int('9223372036854775808')",
    "int('-9223372036854775809')",
    "int('9999999999999999999')",
    "int('-9999999999999999999')",
    "int('123456789012345678901234567890')",
    "number('9999999999999999999')",
    'int(1e30)',
    'int(-1e30)',
    'int(18446744073709551615u)',
    '9223372036854775807 + 1',
    '-9223372036854775807 - 2',
    '9223372036854775807 * 2',
    '-9223372036854775808 / -1',
    '-(-9223372036854775807 - 1)',
    '0u - 1u',
    '2u * 3u - 7u',
    '[9223372036854775807, 1].sum()',
  ])('%s does not fit', (source) => {
    expect(value(source)).toBe('overflow');
  });

  it.each([
    ["int('9223372036854775807')", '9223372036854775807'],
    ["int('-9223372036854775808')", '-9223372036854775808'],
    ["int('00000000000000000000000012')", 12],
    ['9223372036854775806 + 1', '9223372036854775807'],
    ['5u - 3u', 2],
    ["double('99999999999999999999')", 1e20],
    ['int(2.9)', 2],
    ['int(true)', 1],
    ["int(timestamp('2026-01-31T12:00:00.9Z'))", 1769860800],
  ])('%s', (source, wanted) => {
    expect(value(source)).toBe(wanted);
  });
});

describe('9007199254740993 is never another number', () => {
  const scope = {
    value: openValue(parseExactJson('{"id": 9007199254740993, "ids": [9007199254740993]}')),
    text: '{"id": 9007199254740993}',
  };
  it.each([
    ['value.id == 9007199254740992', false],
    ['value.id == 9007199254740993', true],
    ['value.id > 9007199254740992', true],
    ['value.ids[0] == value.id', true],
    ['9007199254740992 in value.ids', false],
    ['json(text).id == 9007199254740992', false],
    ['json(text).id == value.id', true],
    ['string(json(text).id)', '9007199254740993'],
    ['json(text).id + 1', '9007199254740994'],
    ['json(text)', { id: '9007199254740993' }],
  ])('%s', (source, wanted) => {
    expect(value(source, scope)).toEqual(wanted);
  });

  it('marks what leaves an expression', () => {
    expect(evaluate('json(text).id', scope)).toEqual({ ok: true, value: '9007199254740993', int64: [''] });
  });

  it('is read from a list of ten thousand without copying the list for each', () => {
    const ids = parseExactJson(`[${Array.from({ length: 10_000 }, (_, i) => `9007199254${String(800_000 + i)}`).join(',')}]`);
    expect(value('value.filter(id, id > 9007199254800000).size()', { value: openValue(ids) })).toBe(9_999);
  });
});

describe('moments', () => {
  it.each([
    "timestamp('2024-02-30T00:00:00Z')",
    "timestamp('2023-02-29T00:00:00Z')",
    "timestamp('2026-01-31T24:00:00Z')",
    "timestamp('2026-01-31T12:00:00+25:00')",
    'timestamp(1700000000000)',
    'timestamp(-99999999999)',
  ])('%s is none', (source) => {
    expect(value(source)).toBe('not-a-timestamp');
  });

  it('a text that is none is found before it runs', () => {
    const checked = checkExpression("timestamp('2024-02-30T00:00:00Z') < timestamp(0)", {}, 'bool');
    expect(checked).toMatchObject({ ok: false, issues: [{ code: 'bad-value', offset: 10 }] });
  });

  it.each([
    ["timestamp('2026-01-31T12:00:00.123456789Z') > timestamp('2026-01-31T12:00:00.123456Z')", true],
    ["timestamp('2026-01-31T12:00:00.000000001Z') == timestamp('2026-01-31T12:00:00Z')", false],
    ["timestamp('2026-01-31T12:00:00.0001Z') + duration('1ms')", '2026-01-31T12:00:00.0011Z'],
    ["timestamp('2026-01-31T12:00:00.0001Z') - timestamp('2026-01-31T12:00:00Z') > duration('0s')", true],
    ["string(timestamp('2009-02-13T23:31:30Z'))", '2009-02-13T23:31:30Z'],
    ["string(timestamp('2009-02-13T23:31:30.500Z'))", '2009-02-13T23:31:30.5Z'],
    ['timestamp(1234567890)', '2009-02-13T23:31:30Z'],
    ["timestamp('2009-02-13T23:31:30Z').getDate()", 13],
    ["timestamp('2009-02-13T23:31:30Z').getMonth()", 1],
    ["string(duration('90s'))", '1m30s'],
  ])('%s', (source, wanted) => {
    expect(value(source)).toBe(wanted);
  });

  it.each(["timestamp('9999-12-31T23:59:59Z') + duration('1s')", "timestamp('0001-01-01T00:00:00Z') - duration('1ms')"])(
    '%s leaves the years that there are',
    (source) => {
      expect(value(source)).toBe('overflow');
    },
  );
});

describe('texts are counted in characters', () => {
  it.each([
    ["'🐱x'.size()", 2],
    ["'🐱x'.indexOf('x')", 1],
    ["'x🐱x'.lastIndexOf('x')", 2],
    ["'🐱x'.substring(1)", 'x'],
    ["'🐱x'.substring(0, 1)", '🐱'],
    ["'🐱x'.charAt(1)", 'x'],
    ["'🐱x'.split('')", ['🐱', 'x']],
    ["'🐱' > '\\uffee'", true],
    ["'ÄA'.lowerAscii()", 'Äa'],
    ["'äa'.upperAscii()", 'äA'],
    ["'\\u0085 a\\ufeff'.trim()", 'a\ufeff'],
  ])('%s', (source, wanted) => {
    expect(value(source)).toEqual(wanted);
  });
});

it('a map has each key once', () => {
  expect(value("{'a': 1, 'a': 2}")).toBe('duplicate-key');
  expect(checkExpression("{'a': 1, 'a': 2}", {}, 'any')).toMatchObject({
    ok: false,
    issues: [{ code: 'duplicate-key', offset: 9 }],
  });
});
