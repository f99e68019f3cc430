/** Functions of timestamps and durations. Parts are those of UTC unless a time zone is named. */
import { fail } from '../failure.ts';
import { momentAt } from '../../moment.ts';
import type { Kind, Named } from './entry.ts';
import { entry, index, moment, span, textArgument } from './entry.ts';

const times: readonly Kind[] = ['timestamp', 'duration'];
const dayMs = 86_400_000;

/** A date whose UTC parts are those of the zone: `Europe/Berlin`, or an offset as `+02:00`. */
function local(at: Date, zone: unknown): Date {
  if (zone === undefined) return at;
  const name = textArgument(zone);
  const offset = /^([+-])([0-9]{2}):([0-9]{2})$/.exec(name);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(at.getTime() + (offset[1] === '-' ? -minutes : minutes) * 60_000);
  }
  return new Date(at.getTime() + offsetOf(at, name));
}

function offsetOf(at: Date, zone: string): number {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...parts });
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at.getTime() / 1000) * 1000;
  } catch {
    return fail(
      'bad-zone',
      `there is no time zone "${zone}"`,
      'names of the IANA database, as Europe/Berlin, or an offset, as +02:00',
    );
  }
}

const parts = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

const dayOfYear = (at: Date): number => Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / dayMs);

/** As in CEL: getDate counts from 1, getDayOfMonth, getDayOfYear and getMonth from 0; Sunday is 0. */
const datePart = (name: string, part: (at: Date) => number): Named => [
  [name, entry((value, zone) => BigInt(part(local(moment(value), zone))), [1, 2], 'int', 'timestamp', 'string')],
];

/** Of a timestamp the part of its clock, of a duration the whole of it in that unit. */
const clockPart = (name: string, part: (at: Date) => number, unit: number): Named => [
  [
    name,
    entry(
      (value, zone) => BigInt(value instanceof Date ? part(local(value, zone)) : Math.trunc(span(value).ms / unit)),
      [1, 2],
      'int',
      times,
      'string',
    ),
  ],
];

const two = (number: number): string => String(number).padStart(2, '0');
const codes: Readonly<Record<string, (at: Date) => string>> = {
  Y: (at) => String(at.getUTCFullYear()).padStart(4, '0'),
  m: (at) => two(at.getUTCMonth() + 1),
  d: (at) => two(at.getUTCDate()),
  H: (at) => two(at.getUTCHours()),
  M: (at) => two(at.getUTCMinutes()),
  S: (at) => two(at.getUTCSeconds()),
  L: (at) => String(at.getUTCMilliseconds()).padStart(3, '0'),
  j: (at) => String(dayOfYear(at) + 1).padStart(3, '0'),
  a: (at) => ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][at.getUTCDay()] ?? '',
  '%': () => '%',
};

/** The codes of `date`, as far as names of files and indices need them. */
function format(value: unknown, pattern: unknown, zone: unknown): string {
  const at = local(moment(value), zone);
  return textArgument(pattern).replaceAll(/%(.?)/gsu, (all, code: string) => {
    const write = Object.hasOwn(codes, code) ? codes[code] : undefined;
    return write === undefined
      ? fail('bad-format', `format() does not know ${all}`, `it knows %${Object.keys(codes).join(' %')}`)
      : write(at);
  });
}

const epoch =
  (unit: number): ((value: unknown) => bigint) =>
  (value) =>
    BigInt(Math.floor(moment(value).getTime() / unit));

function fromEpoch(value: unknown, unit: number): Date {
  const ms = index(value) * unit;
  return momentAt(ms) ?? fail('not-a-timestamp', 'the number is not within the years 0001 to 9999', 'is it of another unit?');
}

/** Microseconds since 1970 fit into a double only until 2255, so integers stay integers. */
function epochMicros(value: unknown): bigint {
  const at = moment(value);
  const below = 'nanos' in at && typeof at.nanos === 'number' ? Math.floor(at.nanos / 1000) : 0;
  return BigInt(at.getTime()) * 1000n + BigInt(below);
}

export const timeGlobals: Named = [
  ['fromEpochMillis', entry((value) => fromEpoch(value, 1), [1], 'timestamp', ['int', 'number'])],
  ['fromEpochMicros', entry((value) => fromEpoch(value, 1 / 1000), [1], 'timestamp', ['int', 'number'])],
];

export const timeMethods: Named = [
  ...clockPart('getHours', (at) => at.getUTCHours(), 3_600_000),
  ...clockPart('getMinutes', (at) => at.getUTCMinutes(), 60_000),
  ...clockPart('getSeconds', (at) => at.getUTCSeconds(), 1000),
  ...clockPart('getMilliseconds', (at) => at.getUTCMilliseconds(), 1),
  ...datePart('getDayOfWeek', (at) => at.getUTCDay()),
  ...datePart('getDate', (at) => at.getUTCDate()),
  ...datePart('getDayOfMonth', (at) => at.getUTCDate() - 1),
  ...datePart('getDayOfYear', dayOfYear),
  ...datePart('getMonth', (at) => at.getUTCMonth()),
  ...datePart('getFullYear', (at) => at.getUTCFullYear()),
  ['format', entry(format, [2, 3], 'string', 'timestamp', 'string')],
  ['epochSeconds', entry(epoch(1000), [1], 'int', 'timestamp')],
  ['epochMillis', entry(epoch(1), [1], 'int', 'timestamp')],
  ['epochMicros', entry(epochMicros, [1], 'int', 'timestamp')],
];
