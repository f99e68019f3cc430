/**
 * The life of a service: what it does again and again. The lab ends a life and begins the next one over HTTP (`POST /lab/rest`, `POST /lab/begin`),
 * because the process costs seconds to start and what it remembers costs nothing to forget.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Reply } from '../../../process/call.ts';
import { ok } from '../../../process/call.ts';
import { say } from './told.ts';

export interface Life {
  /** Runs it again and again, with so many milliseconds between, and not at rest; what it throws is written once for as long as it stays the same. */
  every(ms: number, what: string, act: () => Promise<void> | void): void;
  /** Work that a rest waits for. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Throws when a rest cuts it short. */
  pause(ms: number): Promise<void>;
  isResting(): boolean;
  /** When the last rest was asked for, as `Date.now()`; 0: never. What is older belongs to a life before. */
  since(): number;
  /** undefined: the call means something else. */
  answer(call: Call): Promise<Reply> | undefined;
}

export interface Turns {
  /** Makes the service know as little as after its first start. Nothing of its work is in hand. */
  readonly forget?: () => Promise<void> | void;
  readonly begin?: () => Promise<void> | void;
}

export function createLife({ forget, begin }: Turns = {}): Life {
  let ending = new AbortController();
  let since = 0;
  const inHand = new Set<Promise<unknown>>();
  const isResting = (): boolean => ending.signal.aborted;
  const during = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const working = work();
    inHand.add(working);
    try {
      return await working;
    } finally {
      inHand.delete(working);
    }
  };
  const rest = async (): Promise<Reply> => {
    since = Date.now();
    ending.abort();
    await Promise.allSettled(inHand);
    await forget?.();
    return ok({ life: 'over' });
  };
  const beginAgain = async (): Promise<Reply> => {
    ending = new AbortController();
    await begin?.();
    return ok({ life: 'begun' });
  };
  return {
    every: (ms, what, act) => {
      repeat(ms, what, async () => {
        if (!isResting()) await during(async () => act());
      });
    },
    during,
    pause: async (ms) => {
      await sleep(ms, undefined, { signal: ending.signal });
    },
    isResting,
    since: () => since,
    answer: ({ method, path }) => {
      if (method !== 'POST' || path[0] !== 'lab') return undefined;
      return path[1] === 'rest' ? rest() : path[1] === 'begin' ? beginAgain() : undefined;
    },
  };
}

function repeat(ms: number, what: string, act: () => Promise<void>): void {
  let last = '';
  const turn = async (): Promise<void> => {
    try {
      await act();
      last = '';
    } catch (problem) {
      const now = problem instanceof Error ? problem.message : String(problem);
      if (now !== last) say(`${what}: ${now}`);
      last = now;
    }
    setTimeout(() => void turn(), ms);
  };
  void turn();
}
