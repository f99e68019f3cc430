/** Moments as authors and servers write them (RFC 3339). Pure arithmetic: the rules of the calendar are checked, never rolled over. */
import type { Ms } from './value.ts';

export interface Instant {
  /** Milliseconds since 1970, whole. */
  readonly ms: Ms;
  /** What lies below a millisecond: 0 to 999,999. */
  readonly nanos: number;
}

/** The years 0001 to 9999, which every server and file format can write. */
export const firstMoment: Ms = -62_135_596_800_000;
export const lastMoment: Ms = 253_402_300_799_999;

const written = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * The moment, or undefined when the text is none: a day that its month does not have, 24:00, a second 60, no zone, a year outside 0001 to 9999.
 * Seconds may be left out.
 */
export function parseTimestamp(text: string): Instant | undefined {
  const match = written.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((one) => Number(one ?? 0));
  const [sign, zoneHour, zoneMinute] = [match[8] === '-' ? -1 : 1, Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return undefined;
  const fraction = Number((match[7] ?? '').padEnd(9, '0'));
  const offset = sign * (zoneHour * 60 + zoneMinute);
  const seconds = dayNumber(year, month, day) * 86_400 + hour * 3600 + (minute - offset) * 60 + second;
  const ms = seconds * 1000 + Math.floor(fraction / 1_000_000);
  return ms < firstMoment || ms > lastMoment ? undefined : { ms, nanos: fraction % 1_000_000 };
}

/** Hint for a text that is not a timestamp. */
export const timestampHint = 'RFC 3339 with a zone, and a day that exists: 2026-01-31T12:00:00Z';

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

/** Days since 1970-01-01: whole years with their leap days, then the months of this one. */
function dayNumber(year: number, month: number, day: number): number {
  const past = year - 1;
  let days = past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) - 719_162;
  for (let one = 1; one < month; one += 1) days += daysIn(year, one);
  return days + day - 1;
}
