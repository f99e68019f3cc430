/** What a row of the scoreboard is: a promise, how it was tried, and what broke it. */

/** How much is tried: `quick` is part of `npm test`, `board` is `npm run scoreboard`, `soak` is `npm run soak`. */
export type Tier = 'quick' | 'board' | 'soak';

export interface Score {
  readonly cases: number;
  /** One sentence for each case that broke the promise: which case, and what was seen. */
  readonly violations: readonly string[];
  /** What was measured, with its unit. */
  readonly figure: string;
}

export interface Measure {
  readonly id: string;
  readonly title: string;
  readonly target: string;
  run(tier: Tier, seed: number): Promise<Score>;
}

export const pick = <T>(tier: Tier, of: Readonly<Record<Tier, T>>): T => of[tier];

/** Numbers in [0, 1) that the seed decides (mulberry32): a failure is repeated with the seed that was printed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function oneOf<T>(random: () => number, list: readonly T[]): T {
  if (list.length === 0) throw new Error('nothing to choose from');
  return list[Math.floor(random() * list.length)] as T;
}

/** `count` of the list, spread evenly over it, so that a small tier still sees the beginning, the middle and the end. */
export const spread = <T>(list: readonly T[], count: number): readonly T[] =>
  count >= list.length
    ? list
    : list.filter((_, at) => Math.floor((at * count) / list.length) !== Math.floor(((at - 1) * count) / list.length));

/** Two at a time: the machines that this must pass on have two cores. */
export async function inLanes<T>(cases: readonly T[], each: (one: T) => Promise<void>, lanes = 2): Promise<void> {
  const queue = [...cases];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) await each(one);
    }),
  );
}

/** Violations in full while they are few; a thousand of one kind help nobody. */
export const atMost = (violations: readonly string[], count = 12): readonly string[] =>
  violations.length <= count ? violations : [...violations.slice(0, count), `and ${String(violations.length - count)} more`];
