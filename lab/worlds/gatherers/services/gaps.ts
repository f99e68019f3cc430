/** Counts deltas whose predecessor is not the last one seen, by market. */
import type { Delta } from './market.ts';
import { tickers } from './market.ts';

export interface GapCounter {
  see(delta: Delta): void;
  total(): number;
  byMarket(): ReadonlyMap<string, number>;
}

export function createGapCounter(): GapCounter {
  const last = new Map<string, number>();
  const counts = new Map<string, number>(tickers.map((ticker) => [ticker, 0]));
  return {
    see: ({ ticker, seq }) => {
      const before = last.get(ticker);
      last.set(ticker, seq);
      if (before !== undefined && seq !== before + 1) counts.set(ticker, (counts.get(ticker) ?? 0) + 1);
    },
    total: () => [...counts.values()].reduce((sum, count) => sum + count, 0),
    byMarket: () => counts,
  };
}
