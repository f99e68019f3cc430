/** The state of a wait, in one line and by one clock: the value and its age, how long it has held, what is left. Pure. */
import { durationText } from '../format.ts';
import type { Point } from './chart.ts';

export interface WaitNow {
  /** Oldest first. */
  readonly readings: readonly Point[];
  /** How long the condition must hold, ms; 0: one reading is enough. */
  readonly hold: number;
  /** Run clock, ms. */
  readonly now: number;
  /** When the time of the attempt is up; 0 or undefined: it has no limit. */
  readonly until: number | undefined;
  /** What happens then. */
  readonly then: string;
}

/** `now: 0.11 (0.2s ago) · holds 1.5s of 10.0s · 19.9s left, then it fails`; empty before the first reading. */
export function waitNow({ readings, hold, now, until, then }: WaitNow): string {
  const last = readings.at(-1);
  if (last === undefined) return '';
  const age = durationText(Math.max(0, now - last.t));
  const left = until === undefined || until === 0 ? 'no limit' : `${durationText(Math.max(0, until - now))} left, then ${then}`;
  return `now: ${last.text} (${age} ago)  ·  ${holdText(readings, hold, now)}  ·  ${left}`;
}

function holdText(readings: readonly Point[], hold: number, now: number): string {
  const last = readings.at(-1);
  if (last?.holds !== 'true') return last?.holds === 'error' ? 'the reading failed' : 'does not hold yet';
  if (hold === 0) return 'holds';
  let since = last.t;
  for (let index = readings.length - 1; index >= 0 && readings[index]?.holds === 'true'; index -= 1)
    since = readings[index]?.t ?? since;
  return `holds ${durationText(Math.min(hold, Math.max(0, now - since)))} of ${durationText(hold)}`;
}
