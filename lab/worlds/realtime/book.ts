/** Order books as they travel: a few price levels, all text, so that no client rounds them. */

export interface Level {
  readonly side: 'bid' | 'ask';
  readonly price: string;
  readonly size: string;
}

/** A record of the topic; its sequence number is its offset, so it cannot be inside. */
export interface Quote {
  readonly symbol: string;
  readonly venue: string;
  readonly levels: readonly Level[];
}

/** A quote at its place in the log. `prevSeq` is the sequence number of the symbol's quote before; null: not known. */
export interface Sequenced extends Quote {
  readonly seq: number;
  readonly prevSeq: number | null;
}

const base: Readonly<Record<string, number>> = { 'BTC-USD': 6_000_000, 'ETH-USD': 300_000, 'SOL-USD': 15_000 };

/** Prices wander with the tick; no randomness, so that two runs of the lab look alike. */
export function quoteAt(symbol: string, venue: string, tick: number): Quote {
  const middle = (base[symbol] ?? 10_000) + Math.round(200 * Math.sin(tick / 50));
  const level = (side: 'bid' | 'ask', step: number): Level => ({
    side,
    price: ((middle + (side === 'bid' ? -1 : 1) * (step + 1) * 5) / 100).toFixed(2),
    size: String(1 + ((tick * 7 + step * 3 + (side === 'bid' ? 0 : 5)) % 90)),
  });
  return { symbol, venue, levels: [0, 1, 2].flatMap((step) => [level('bid', step), level('ask', step)]) };
}

/** A book that missed a change: one level is not what the log says. */
export const damaged = (levels: readonly Level[]): readonly Level[] =>
  levels.map((level, index) => (index === 0 ? { ...level, size: `${level.size}.5` } : level));

export function parseQuote(value: Buffer | null): Quote | undefined {
  try {
    const quote = JSON.parse(value?.toString() ?? '') as Quote;
    return typeof quote.symbol === 'string' && Array.isArray(quote.levels) ? quote : undefined;
  } catch {
    return undefined;
  }
}
