/** Conversions: numbers, texts, times and JSON of each other. */
import { parseExactJson } from '../../../core/model/json.ts';
import { timestampHint } from '../../../core/model/timestamp.ts';
import { durationHint, formatDuration, parseDuration } from '../../duration.ts';
import { formatMoment, momentAt, readMoment } from '../../moment.ts';
import { fail } from '../failure.ts';
import { finite, isNumber, within64 } from '../operators.ts';
import { Span, isList, isRecord, kindOf, openValue } from '../../value.ts';
import type { Kind, Named } from './entry.ts';
import { entry, index, textArgument } from './entry.ts';

const numbers: readonly Kind[] = ['string', 'int', 'number', 'bool'];

/** Numbers out of text: what shell output and Redis replies need. Only plain decimal notation. */
export function toNumber(value: unknown): number | bigint {
  if (isNumber(value)) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const trimmed = textArgument(value).trim();
  if (/^[+-]?[0-9]+$/.test(trimmed)) return toInteger(trimmed);
  if (/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$/.test(trimmed)) return finite(Number(trimmed));
  if (/^[+-]?(nan|inf(inity)?)$/i.test(trimmed)) return finite(Number.NaN);
  return fail('not-a-number', 'the text is not a number', 'number() and int() read plain decimal notation');
}

export function toInteger(value: unknown): bigint {
  if (typeof value === 'bigint') return within64(value);
  if (typeof value === 'number') return within64(BigInt(Math.trunc(finite(value))));
  if (value instanceof Date) return BigInt(Math.floor(value.getTime() / 1000));
  const trimmed = textArgument(value).trim();
  if (!/^[+-]?[0-9]{1,64}$/.test(trimmed))
    return fail('not-a-number', 'the text is not an integer', 'int() reads plain decimal digits');
  return within64(BigInt(trimmed.replace('+', '')));
}

/** A text of any number of digits is rounded here: a double is what was asked for. */
export function toDouble(value: unknown): number {
  if (typeof value === 'string' && /^[+-]?[0-9]+$/.test(value.trim())) return finite(Number(value));
  return Number(toNumber(value));
}

export function toText(value: unknown): string {
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
export function toTimestamp(value: unknown): Date {
  if (value instanceof Date) return value;
  if (!isNumber(value))
    return readMoment(textArgument(value)) ?? fail('not-a-timestamp', 'the text is not a timestamp', timestampHint);
  return (
    momentAt(Number(value) * 1000) ??
    fail(
      'not-a-timestamp',
      'the number is not within the years 0001 to 9999',
      'timestamp() takes seconds since 1970, not milliseconds',
    )
  );
}

/** 4 MiB: output of the other side may be hostile. Integers keep all their digits. */
function parseJson(value: unknown): unknown {
  const source = textArgument(value);
  if (source.length > 4 * 1024 * 1024) return fail('too-large', 'json() takes at most 4 MiB');
  try {
    return openValue(parseExactJson(source));
  } catch {
    return fail('not-json', 'the text is not JSON');
  }
}

/** As many decimals as asked for, none by default. */
function round(value: unknown, digits: unknown = 0): number | bigint {
  const places = index(digits);
  if (!Number.isInteger(places) || places < 0 || places > 15) return fail('out-of-range', 'round() takes 0 to 15 decimals');
  return rounded(value, (number) => Number(number.toFixed(places)));
}

function rounded(value: unknown, how: (number: number) => number): number | bigint {
  if (typeof value === 'bigint') return value;
  return finite(how(index(value)));
}

export const conversions: Named = [
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
          : ({ true: true, false: false }[textArgument(value)] ?? fail('type-mismatch', 'the text is neither true nor false')),
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
          : new Span(parseDuration(textArgument(value)) ?? fail('not-a-duration', 'the text is not a duration', durationHint)),
      [1],
      'duration',
      ['duration', 'string'],
    ),
  ],
  ['timestamp', entry((value) => toTimestamp(value), [1], 'timestamp', ['timestamp', 'string', 'int', 'number'])],
  ['round', entry(round, [1, 2], 'number', ['int', 'number'], 'number')],
  ['floor', entry((value) => rounded(value, Math.floor), [1], 'number', ['int', 'number'])],
  ['ceil', entry((value) => rounded(value, Math.ceil), [1], 'number', ['int', 'number'])],
  [
    'abs',
    entry((value) => (typeof value === 'bigint' ? (value < 0n ? -value : value) : Math.abs(index(value))), [1], 'number', [
      'int',
      'number',
    ]),
  ],
  ['json', entry((value) => parseJson(value), [1], 'dyn', 'string')],
];
