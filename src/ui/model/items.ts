/** Lists of many items: the few that matter have lines of their own, the rest is counted. Pure. */
import type { Instance, State } from '../../interpreter/core/model/state.ts';
import { statusWord } from '../format.ts';

/** Longer lists are folded. */
export const foldedAbove = 8;

const ranks: Readonly<Record<string, number>> = {
  failed: 0,
  unknown: 0,
  doubt: 1,
  asked: 1,
  backoff: 2,
  running: 3,
  judging: 3,
};
const others = 9;

/** Running ones that have lines of their own. */
const shownRunning = 5;

export interface Folded {
  /** Failed first, then those that ask, then some that run; in the order of the list otherwise. */
  readonly shown: readonly Instance[];
  readonly rest: readonly Instance[];
}

export function foldItems(items: readonly Instance[]): Folded {
  if (items.length <= foldedAbove) return { shown: items, rest: [] };
  const rank = (one: Instance): number => ranks[one.status] ?? others;
  const running = items.filter((one) => rank(one) === 3);
  const kept = new Set([...items.filter((one) => rank(one) < 3), ...running.slice(0, shownRunning)]);
  return {
    shown: [...kept].sort((a, b) => rank(a) - rank(b)),
    rest: items.filter((one) => !kept.has(one)),
  };
}

/** `3 FAILED, 44 ok, 3 running`: the worst first. */
export function countText(instances: readonly Instance[]): string {
  const counts = new Map<string, number>();
  const sorted = [...instances].sort((a, b) => (ranks[a.status] ?? others) - (ranks[b.status] ?? others));
  for (const { status } of sorted) counts.set(statusWord(status), (counts.get(statusWord(status)) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${String(count)} ${word}`).join(', ');
}

/** Items of a list that have begun or wait for their turn. */
export function itemsOf(state: Readonly<State>, list: Instance): readonly Instance[] {
  return Array.from({ length: list.items ?? 0 }, (_, index) => state.instances[`${list.key}[${String(index)}]`]).filter(
    (one) => one !== undefined,
  );
}
