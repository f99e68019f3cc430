/** Looks at the numbers of each thread: what comes twice, too late, or never. */
import type { Message } from '../message.ts';

export type Order = 'in-order' | 'duplicate' | 'reordered' | 'halted';

/** Where a message lies in the topic. */
export interface Place {
  readonly partition: number;
  readonly offset: string;
}

export interface Gap {
  readonly thread: string;
  readonly expected: number;
  /** The number that came instead, and where. */
  readonly got: number;
  readonly place: Place;
  readonly count: number;
}

export interface SequenceValidator {
  observe(message: Message, place: Place, now: number): Order;
  /** Gaps that nothing has filled in time; under the policy `halt` their threads are halted from now on. */
  gaps(now: number): readonly Gap[];
  halted(): readonly string[];
}

/** For so long a number that is missing may still come, milliseconds. */
const graceMs = 300;
/** More numbers than these are not waited for. */
const longestGap = 1000;

interface Missing {
  /** When it counts as lost. */
  readonly until: number;
  readonly got: number;
  readonly place: Place;
}

interface Thread {
  readonly session: string;
  expected: number;
  readonly missing: Map<number, Missing>;
}

export function createSequenceValidator(halts: boolean): SequenceValidator {
  const threads = new Map<string, Thread>();
  const halted = new Set<string>();
  return {
    observe: ({ thread_id: id, session, sequence }, place, now) => {
      if (halted.has(id)) return 'halted';
      if (sequence === undefined) return 'in-order';
      const known = threads.get(id);
      if (known?.session !== session) {
        threads.set(id, { session, expected: sequence + 1, missing: new Map() });
        return 'in-order';
      }
      return ordered(known, sequence, { until: now + graceMs, got: sequence, place });
    },
    gaps: (now) =>
      [...threads].flatMap(([thread, { missing }]): readonly Gap[] => {
        const lost = [...missing].filter(([, { until }]) => until < now);
        for (const [sequence] of lost) missing.delete(sequence);
        const [first] = lost;
        if (first === undefined) return [];
        if (halts) halted.add(thread);
        return [{ thread, expected: first[0], got: first[1].got, place: first[1].place, count: lost.length }];
      }),
    halted: () => [...halted],
  };
}

function ordered(thread: Thread, sequence: number, missing: Missing): Order {
  if (sequence < thread.expected) return thread.missing.delete(sequence) ? 'reordered' : 'duplicate';
  for (let at = Math.max(thread.expected, sequence - longestGap); at < sequence; at += 1) thread.missing.set(at, missing);
  thread.expected = sequence + 1;
  return 'in-order';
}
