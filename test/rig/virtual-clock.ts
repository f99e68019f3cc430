/** A clock that jumps to the next sleeper as soon as nothing else happens: days of waiting pass in a second. */
import type { Clock } from '../../src/interpreter/engine/clock.ts';

export interface VirtualClock extends Clock {
  /** Sets the wall clock of the machine forward or back; what passes is not touched by it. Milliseconds. */
  jumpWall(by: number): void;
  stop(): void;
}

/** Real milliseconds without a new sleeper after which nothing else is thought to happen: reading a file takes less. */
const quiet = 3;

export function virtualClock(begin = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = 0;
  let wallOffset = 0;
  const sleepers = new Map<number, { readonly due: number; readonly wake: () => void }>();
  let ids = 0;
  const advance = (): void => {
    const next = [...sleepers.values()].sort((a, b) => a.due - b.due)[0];
    if (next === undefined) return;
    now = Math.max(now, next.due);
    next.wake();
  };
  const pump = setInterval(advance, quiet);
  return {
    now: () => now,
    wall: () => new Date(begin + now + wallOffset),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const id = ids++;
        const wake = (): void => {
          sleepers.delete(id);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        signal.addEventListener('abort', wake, { once: true });
        sleepers.set(id, { due: now + ms, wake });
      }),
    jumpWall: (by) => {
      wallOffset += by;
    },
    stop: () => {
      clearInterval(pump);
    },
  };
}
