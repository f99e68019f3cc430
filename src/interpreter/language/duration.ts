/** Durations as authors write them: `250ms 30s 5m 1h30m 2d`, units descending. No clock here. */
import type { Ms } from '../core/model/value.ts';

const units: readonly (readonly [string, Ms])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
];

/** Ten years: longer is a typing mistake. */
const longest: Ms = 3650 * 86_400_000;

/**
 * Milliseconds, or undefined when the text is not a duration. Case matters (`5M` is refused), units must descend and not repeat,
 * a bare number is refused, except `0`.
 */
export function parseDuration(text: string): Ms | undefined {
  if (text === '0') return 0;
  if (!/^(?:[0-9]{1,9}(?:ms|d|h|m|s))+$/.test(text)) return undefined;
  let total = 0;
  let lastUnit = -1;
  for (const [, digits, unit] of text.matchAll(/([0-9]+)(ms|d|h|m|s)/g)) {
    const index = units.findIndex(([name]) => name === unit);
    if (index <= lastUnit) return undefined;
    lastUnit = index;
    total += Number(digits) * (units[index]?.[1] ?? 0);
  }
  return total <= longest ? total : undefined;
}

/** The shortest exact form: `20m`, `1h30m`, `1500` -> `1s500ms`. Fractions of a millisecond are rounded. */
export function formatDuration(ms: Ms): string {
  const whole = Math.round(Math.abs(ms));
  if (whole === 0) return '0s';
  let rest = whole;
  const parts: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${String(count)}${name}`);
    rest -= count * size;
  }
  return (ms < 0 ? '-' : '') + parts.join('');
}

/** For people: at most two units, nothing below a second once a minute is reached (`12m4s`, `1h30m`). */
export function readableDuration(ms: Ms): string {
  const step = Math.abs(ms) >= 3_600_000 ? 60_000 : Math.abs(ms) >= 1_000 ? 1_000 : 1;
  return formatDuration(Math.round(ms / step) * step);
}

/** Hint for a text that is not a duration. */
export const durationHint = 'write a duration such as 30s, 5m, 1h30m or 250ms, largest unit first';
