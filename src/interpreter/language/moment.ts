/** Timestamps inside expressions: a Date, with the digits below a millisecond where there are some. */
import type { Ms } from '../core/model/value.ts';
import { firstMoment, lastMoment, parseTimestamp } from '../core/model/timestamp.ts';

/** A moment that a Date alone would cut off. */
class PreciseDate extends Date {
  readonly nanos: number;
  constructor(ms: Ms, nanos: number) {
    super(ms);
    this.nanos = nanos;
  }
}

const nanosOf = (moment: Date): number => (moment instanceof PreciseDate ? moment.nanos : 0);

/** `ms` may have a fraction, which is kept to the nanosecond. Undefined outside of the years 0001 to 9999. */
export function momentAt(ms: Ms, nanos = 0): Date | undefined {
  const whole = Math.floor(ms);
  const below = Math.round((ms - whole) * 1_000_000) + nanos;
  const at = whole + Math.floor(below / 1_000_000);
  const rest = ((below % 1_000_000) + 1_000_000) % 1_000_000;
  if (!(at >= firstMoment && at <= lastMoment)) return undefined;
  return rest === 0 ? new Date(at) : new PreciseDate(at, rest);
}

/** Undefined when the text is not a timestamp. */
export function readMoment(text: string): Date | undefined {
  const instant = parseTimestamp(text);
  return instant === undefined ? undefined : momentAt(instant.ms, instant.nanos);
}

/** Undefined when the sum leaves the years that there are. */
export const later = (moment: Date, ms: Ms): Date | undefined =>
  momentAt(moment.getTime() + Math.floor(ms), nanosOf(moment) + Math.round((ms - Math.floor(ms)) * 1_000_000));

/** From `b` to `a`, milliseconds with a fraction. */
export const between = (a: Date, b: Date): Ms => a.getTime() - b.getTime() + (nanosOf(a) - nanosOf(b)) / 1_000_000;

/** Negative, 0, positive. */
export const compareMoments = (a: Date, b: Date): number => a.getTime() - b.getTime() || nanosOf(a) - nanosOf(b);

/** RFC 3339 in UTC, with as many digits below the second as there are: `2026-01-31T12:00:00Z`, `...00.5Z`. */
export function formatMoment(moment: Date): string {
  const [second, fraction = ''] = moment.toISOString().slice(0, -1).split('.');
  const digits = `${fraction}${String(nanosOf(moment)).padStart(6, '0')}`.replace(/0+$/, '');
  return `${second ?? ''}${digits === '' ? '' : `.${digits}`}Z`;
}
