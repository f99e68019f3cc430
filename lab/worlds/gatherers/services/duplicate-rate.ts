/** Share of duplicates among the trades of some seconds, old enough that every gatherer has delivered them. */
import { micros } from './market.ts';

export interface DuplicateRate {
  see(trade: string, exchangeTs: number): void;
  /** The share, or nothing while there are no trades to tell it from. */
  now(): readonly [number] | readonly [];
}

const oldest = 12_000_000;
const youngest = 2_000_000;

export function createDuplicateRate(): DuplicateRate {
  const copies = new Map<string, { readonly at: number; count: number }>();
  return {
    see: (trade, exchangeTs) => {
      const known = copies.get(trade);
      if (known !== undefined) known.count += 1;
      else if (exchangeTs > micros() - oldest) copies.set(trade, { at: exchangeTs, count: 1 });
    },
    now: () => {
      const present = micros();
      for (const [trade, { at }] of copies) if (at < present - oldest) copies.delete(trade);
      const settled = [...copies.values()].filter(({ at }) => at < present - youngest);
      const delivered = settled.reduce((sum, { count }) => sum + count, 0);
      return delivered === 0 ? [] : [1 - settled.length / delivered];
    },
  };
}
