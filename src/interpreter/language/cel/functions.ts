/** Functions of conditions: those of CEL that operators need, and the helpers of this language. Methods are functions of their receiver. */
import { RE2JS } from 're2js';
import { parseExactJson } from '../../core/model/json.ts';
import { timestampHint } from '../../core/model/timestamp.ts';
import { durationHint, formatDuration, parseDuration } from '../duration.ts';
import { formatMoment, momentAt, readMoment } from '../moment.ts';
import { fail } from './failure.ts';
import { finite, isNumber, numeric, order, within64 } from './operators.ts';
import { Span, isList, isRecord, kindOf, openValue } from '../value.ts';
import { equal } from './operators.ts';

type Apply = (...values: readonly unknown[]) => unknown;

export interface FunctionEntry {
  readonly apply: Apply;
  /** Number of arguments, the receiver included. */
  readonly arity: readonly number[];
  readonly returns: 'bool' | 'int' | 'number' | 'string' | 'duration' | 'timestamp' | 'strings' | 'element' | 'list' | 'dyn';
  /** What the first argument may be, for the checker. */
  readonly takes?: readonly Kind[];
  /** What all others must be. */
  readonly rest?: 'string' | 'number';
}

type Kind = 'bool' | 'int' | 'number' | 'string' | 'duration' | 'timestamp' | 'list' | 'map' | 'record';
const sized: readonly Kind[] = ['string', 'list', 'map', 'record'];
const numbers: readonly Kind[] = ['string', 'int', 'number', 'bool'];
const times: readonly Kind[] = ['timestamp', 'duration'];

const text = (value: unknown): string =>
  typeof value === 'string' ? value : fail('type-mismatch', `text is needed, not ${kindOf(value)}`);
const list = (value: unknown): readonly unknown[] =>
  isList(value) ? value : fail('type-mismatch', `a list is needed, not ${kindOf(value)}`);
const index = (value: unknown): number =>
  isNumber(value) ? Number(value) : fail('type-mismatch', `a number is needed, not ${kindOf(value)}`);
const span = (value: unknown): Span =>
  value instanceof Span ? value : fail('type-mismatch', `a duration is needed, not ${kindOf(value)}`);
const moment = (value: unknown): Date =>
  value instanceof Date ? value : fail('type-mismatch', `a timestamp is needed, not ${kindOf(value)}`);

/** Numbers out of text: what shell output and Redis replies need. Only plain decimal notation. */
export function toNumber(value: unknown): number | bigint {
  if (isNumber(value)) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const trimmed = text(value).trim();
  if (/^[+-]?[0-9]+$/.test(trimmed)) return toInteger(trimmed);
  if (/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$/.test(trimmed)) return finite(Number(trimmed));
  if (/^[+-]?(nan|inf(inity)?)$/i.test(trimmed)) return finite(Number.NaN);
  return fail('not-a-number', 'the text is not a number', 'number() and int() read plain decimal notation');
}

function toInteger(value: unknown): bigint {
  if (typeof value === 'bigint') return within64(value);
  if (typeof value === 'number') return within64(BigInt(Math.trunc(finite(value))));
  if (value instanceof Date) return BigInt(Math.floor(value.getTime() / 1000));
  const trimmed = text(value).trim();
  if (!/^[+-]?[0-9]{1,64}$/.test(trimmed))
    return fail('not-a-number', 'the text is not an integer', 'int() reads plain decimal digits');
  return within64(BigInt(trimmed.replace('+', '')));
}

/** A text of any number of digits is rounded here: a double is what was asked for. */
function toDouble(value: unknown): number {
  if (typeof value === 'string' && /^[+-]?[0-9]+$/.test(value.trim())) return finite(Number(value));
  return Number(toNumber(value));
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isNumber(value) || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return formatMoment(value);
  if (value instanceof Span) return formatDuration(value.ms);
  return fail(
    'type-mismatch',
    `string() cannot take ${kindOf(value)}`,
    isList(value) || isRecord(value) ? 'write a list with .join(", ")' : undefined,
  );
}

/** Of a number: seconds since 1970. Milliseconds given by mistake lie beyond the year 9999. */
function toTimestamp(value: unknown): Date {
  if (value instanceof Date) return value;
  if (!isNumber(value)) return readMoment(text(value)) ?? fail('not-a-timestamp', 'the text is not a timestamp', timestampHint);
  return (
    momentAt(Number(value) * 1000) ??
    fail(
      'not-a-timestamp',
      'the number is not within the years 0001 to 9999',
      'timestamp() takes seconds since 1970, not milliseconds',
    )
  );
}

/** Linear time: a text of the other side can never hang a run (M13). */
export function matches(value: unknown, pattern: unknown): boolean {
  const source = text(pattern);
  try {
    return RE2JS.compile(source).matcher(text(value)).find();
  } catch {
    return fail('bad-pattern', 'the pattern cannot be used', 'RE2 syntax: no look-around, no back-references');
  }
}

function size(value: unknown): bigint {
  if (typeof value === 'string') return BigInt([...value].length);
  if (isList(value)) return BigInt(value.length);
  return isRecord(value) ? BigInt(Object.keys(value).length) : fail('type-mismatch', `size() cannot take ${kindOf(value)}`);
}

function extreme(values: readonly unknown[], sign: 1 | -1): unknown {
  const all = values.length === 1 && isList(values[0]) ? values[0] : values;
  if (all.length === 0) return fail('empty-list', 'there is no minimum or maximum of nothing', undefined, 'noData');
  return all.reduce((best, one) => (order('<', one, best) * sign > 0 ? one : best));
}

function sum(value: unknown): number | bigint {
  return list(value).reduce<number | bigint>((total, one) => {
    return isNumber(one) ? numeric('+', total, one) : fail('type-mismatch', `sum() needs numbers, not ${kindOf(one)}`);
  }, 0n);
}

/** Quadratic for mixed lists, therefore bounded. */
function distinct(value: unknown): readonly unknown[] {
  const all = list(value);
  if (all.every((one) => typeof one === 'string' || typeof one === 'boolean')) return [...new Set(all)];
  if (all.length > 5_000) return fail('too-large', 'distinct() takes at most 5000 members that are not text');
  const kept: unknown[] = [];
  for (const one of all) if (!kept.some((other) => kindOf(other) === kindOf(one) && equal(other, one))) kept.push(one);
  return kept;
}

/** 4 MiB: output of the other side may be hostile. Integers keep all their digits. */
function parseJson(value: unknown): unknown {
  const source = text(value);
  if (source.length > 4 * 1024 * 1024) return fail('too-large', 'json() takes at most 4 MiB');
  try {
    return openValue(parseExactJson(source));
  } catch {
    return fail('not-json', 'the text is not JSON');
  }
}

const nonEmptyLines = (value: unknown): readonly string[] =>
  text(value)
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '');

const valuesOf = (value: unknown): readonly unknown[] =>
  isRecord(value)
    ? Object.values(value)
    : isList(value)
      ? value
      : fail('type-mismatch', `values() needs a map, not ${kindOf(value)}`);

function join(value: unknown, separator: unknown = ''): string {
  return list(value)
    .map((one) => toText(one))
    .join(text(separator));
}

/** Positions are counted in characters (code points), as size() counts them: half an emoji is never seen. */
function substring(value: unknown, from: unknown, to?: unknown): string {
  const source = [...text(value)];
  const start = index(from);
  const end = to === undefined ? source.length : index(to);
  return start < 0 || end > source.length || start > end
    ? fail('out-of-range', 'substring() is out of range')
    : source.slice(start, end).join('');
}

function positionOf(value: unknown, other: unknown, how: 'indexOf' | 'lastIndexOf'): bigint {
  const source = text(value);
  const at = source[how](text(other));
  return at < 0 ? -1n : BigInt([...source.slice(0, at)].length);
}

function charAt(value: unknown, position: unknown): string {
  const source = [...text(value)];
  const at = index(position);
  if (!Number.isInteger(at) || at < 0 || at > source.length) return fail('out-of-range', 'charAt() is out of range');
  return source[at] ?? '';
}

const splitText = (value: unknown, separator: unknown): readonly string[] =>
  text(separator) === '' ? [...text(value)] : text(value).split(text(separator));

/** Blanks as Unicode has them; U+FEFF is none. */
const blanks = String.raw`[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+`;
const outerBlanks = new RegExp(`^${blanks}|${blanks}$`, 'g');

const entry = (
  apply: Apply,
  arity: readonly number[],
  returns: FunctionEntry['returns'],
  takes?: Kind | readonly Kind[],
  rest?: FunctionEntry['rest'],
): FunctionEntry => ({
  apply,
  arity,
  returns,
  ...(takes === undefined ? {} : { takes: typeof takes === 'string' ? [takes] : takes }),
  ...(rest === undefined ? {} : { rest }),
});

/** Called as `f(x)`. */
export const globals: ReadonlyMap<string, FunctionEntry> = new Map([
  ['size', entry((value) => size(value), [1], 'int', sized)],
  [
    'int',
    entry((value) => toInteger(typeof value === 'boolean' ? toNumber(value) : value), [1], 'int', [...numbers, 'timestamp']),
  ],
  ['double', entry((value) => toDouble(value), [1], 'number', numbers)],
  ['number', entry((value) => toNumber(value), [1], 'number', numbers)],
  ['string', entry((value) => toText(value), [1], 'string', ['string', 'int', 'number', 'bool', 'timestamp', 'duration'])],
  [
    'bool',
    entry(
      (value) =>
        typeof value === 'boolean'
          ? value
          : ({ true: true, false: false }[text(value)] ?? fail('type-mismatch', 'the text is neither true nor false')),
      [1],
      'bool',
      ['bool', 'string'],
    ),
  ],
  ['dyn', entry((value) => value, [1], 'dyn')],
  [
    'duration',
    entry(
      (value) =>
        value instanceof Span
          ? value
          : new Span(parseDuration(text(value)) ?? fail('not-a-duration', 'the text is not a duration', durationHint)),
      [1],
      'duration',
      ['duration', 'string'],
    ),
  ],
  ['timestamp', entry((value) => toTimestamp(value), [1], 'timestamp', ['timestamp', 'string', 'int', 'number'])],
  ['json', entry((value) => parseJson(value), [1], 'dyn', 'string')],
  ['lines', entry((value) => nonEmptyLines(value), [1], 'strings', 'string')],
  ['values', entry((value) => valuesOf(value), [1], 'list', ['map', 'record', 'list'])],
  ['distinct', entry((value) => distinct(value), [1], 'list', 'list')],
  ['min', entry((...all) => extreme(all, -1), [1, 2, 3, 4, 5, 6], 'element')],
  ['max', entry((...all) => extreme(all, 1), [1, 2, 3, 4, 5, 6], 'element')],
  ['sum', entry((value) => sum(value), [1], 'number', 'list')],
  ['matches', entry((value, pattern) => matches(value, pattern), [2], 'bool', 'string', 'string')],
]);

const ofText: readonly (readonly [string, FunctionEntry])[] = [
  ['startsWith', entry((value, other) => text(value).startsWith(text(other)), [2], 'bool', 'string', 'string')],
  ['endsWith', entry((value, other) => text(value).endsWith(text(other)), [2], 'bool', 'string', 'string')],
  ['contains', entry((value, other) => text(value).includes(text(other)), [2], 'bool', 'string', 'string')],
  ['matches', entry((value, pattern) => matches(value, pattern), [2], 'bool', 'string', 'string')],
  ['trim', entry((value) => text(value).replace(outerBlanks, ''), [1], 'string', 'string')],
  ['lowerAscii', entry((value) => text(value).replace(/[A-Z]+/g, (ascii) => ascii.toLowerCase()), [1], 'string', 'string')],
  ['upperAscii', entry((value) => text(value).replace(/[a-z]+/g, (ascii) => ascii.toUpperCase()), [1], 'string', 'string')],
  ['indexOf', entry((value, other) => positionOf(value, other, 'indexOf'), [2], 'int', 'string', 'string')],
  ['lastIndexOf', entry((value, other) => positionOf(value, other, 'lastIndexOf'), [2], 'int', 'string', 'string')],
  ['charAt', entry((value, at) => charAt(value, at), [2], 'string', 'string', 'number')],
  ['substring', entry((value, from, to) => substring(value, from, to), [2, 3], 'string', 'string', 'number')],
  [
    'replace',
    entry((value, old, fresh) => text(value).replaceAll(text(old), () => text(fresh)), [3], 'string', 'string', 'string'),
  ],
  ['split', entry((value, separator) => splitText(value, separator), [2], 'strings', 'string', 'string')],
  ['lines', entry((value) => nonEmptyLines(value), [1], 'strings', 'string')],
];

/** As in CEL: getDate counts from 1, getDayOfMonth and getMonth from 0; in UTC. */
const timeParts = (name: string, part: (at: Date) => number): readonly (readonly [string, FunctionEntry])[] => [
  [name, entry((value) => BigInt(part(moment(value))), [1], 'int', 'timestamp')],
];

const ofTime: readonly (readonly [string, FunctionEntry])[] = [
  [
    'getHours',
    entry(
      (value) => (value instanceof Date ? BigInt(value.getUTCHours()) : BigInt(Math.trunc(span(value).ms / 3_600_000))),
      [1],
      'int',
      times,
    ),
  ],
  [
    'getMinutes',
    entry(
      (value) => (value instanceof Date ? BigInt(value.getUTCMinutes()) : BigInt(Math.trunc(span(value).ms / 60_000))),
      [1],
      'int',
      times,
    ),
  ],
  [
    'getSeconds',
    entry(
      (value) => (value instanceof Date ? BigInt(value.getUTCSeconds()) : BigInt(Math.trunc(span(value).ms / 1_000))),
      [1],
      'int',
      times,
    ),
  ],
  [
    'getMilliseconds',
    entry(
      (value) => (value instanceof Date ? BigInt(value.getUTCMilliseconds()) : BigInt(Math.trunc(span(value).ms))),
      [1],
      'int',
      times,
    ),
  ],
  ...timeParts('getDayOfWeek', (at) => at.getUTCDay()),
  ...timeParts('getDate', (at) => at.getUTCDate()),
  ...timeParts('getDayOfMonth', (at) => at.getUTCDate() - 1),
  ...timeParts('getMonth', (at) => at.getUTCMonth()),
  ...timeParts('getFullYear', (at) => at.getUTCFullYear()),
];

/** Called as `x.f()`. */
export const methods: ReadonlyMap<string, FunctionEntry> = new Map([
  ...ofText,
  ...ofTime,
  ['size', entry((value) => size(value), [1], 'int', sized)],
  ['join', entry((value, separator) => join(value, separator), [1, 2], 'string', 'list', 'string')],
  ['sum', entry((value) => sum(value), [1], 'number', 'list')],
  ['min', entry((value) => extreme([list(value)], -1), [1], 'element', 'list')],
  ['max', entry((value) => extreme([list(value)], 1), [1], 'element', 'list')],
  ['distinct', entry((value) => distinct(value), [1], 'list', 'list')],
  ['values', entry((value) => valuesOf(value), [1], 'list', ['map', 'record', 'list'])],
]);
