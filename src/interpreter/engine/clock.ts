/** Time comes from here only; tests give a clock of their own. */
import type { Ms } from '../core/model/value.ts';

export interface Clock {
  /** Monotonic milliseconds from an arbitrary start. */
  now(): Ms;
  wall(): Date;
  /** Resolves early when the signal aborts. */
  sleep(ms: Ms, signal: AbortSignal): Promise<void>;
}

/** Node fires timers beyond this at once; longer sleeps are made of several (F20). */
const longestTimer = 2_000_000_000;

export function systemClock(): Clock {
  const nap = (ms: Ms, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end, { once: true });
    });
  return {
    now: () => performance.now(),
    wall: () => new Date(),
    sleep: async (ms, signal) => {
      for (let left = ms; left > 0 && !signal.aborted; left -= longestTimer) await nap(Math.min(left, longestTimer), signal);
    },
  };
}
