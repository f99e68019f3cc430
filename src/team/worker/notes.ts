/** What a performance notes while it runs: sent a few at a time, the rest with its end, so that a day of waiting does not fill the history. */
import type { Observation } from '../../interpreter/core/model/event.ts';

export interface Notes {
  take(event: Observation): void;
  /** Those that have not been sent, when all others are. */
  end(): Promise<readonly Observation[]>;
}

/** Between two messages to the workflow, ms. */
const sendEveryMs = 2000;
/** Between two notes of a wait that tell the same, ms. */
const sameEveryMs = 300_000;

export function createNotes(send: (some: readonly Observation[]) => Promise<void>): Notes {
  let waiting: Observation[] = [];
  let told: { readonly mark: string; readonly at: number } | undefined;
  let sending = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    const some = waiting;
    waiting = [];
    // What could not be sent goes with the end.
    sending = sending.then(() =>
      send(some).catch(() => {
        waiting = [...some, ...waiting];
      }),
    );
  };
  return {
    take: (event) => {
      const mark = markOf(event);
      const now = performance.now();
      if (mark !== undefined && told?.mark === mark && now - told.at < sameEveryMs) return;
      if (mark !== undefined) told = { mark, at: now };
      waiting.push(event);
      timer ??= setTimeout(flush, sendEveryMs);
    },
    end: async () => {
      clearTimeout(timer);
      await sending;
      return waiting;
    },
  };
}

/** Undefined: it is told each time. */
function markOf(event: Observation): string | undefined {
  if (event.type !== 'attempt.noted' || (event.note !== 'wait' && event.note !== 'connection')) return undefined;
  const { data } = event;
  const holds = data !== null && typeof data === 'object' && 'holds' in data ? String(data.holds) : '';
  return `${event.note} ${holds}`;
}
