/** The newest quotes of each symbol as the log has them: what the REST snapshot answers from. */
import type { Quote, Sequenced } from './book.ts';

export interface History {
  /** Adds the record at an offset; offsets come in order. */
  add(offset: number, quote: Quote): Sequenced;
  at(symbol: string, seq: number): Sequenced | undefined;
  latest(symbol: string): Sequenced | undefined;
  /** The quote of the symbol that many quotes ago. */
  back(symbol: string, count: number): Sequenced | undefined;
  /** Offset of the newest record of any symbol; -1: none yet. */
  head(): number;
}

const kept = 1500;

export function createHistory(): History {
  const bySymbol = new Map<string, Sequenced[]>();
  let head = -1;
  return {
    add: (offset, quote) => {
      const list = bySymbol.get(quote.symbol) ?? [];
      bySymbol.set(quote.symbol, list);
      const made = { ...quote, seq: offset, prevSeq: list.at(-1)?.seq ?? null };
      if (offset > head) list.push(made);
      if (list.length > kept) list.shift();
      head = Math.max(head, offset);
      return made;
    },
    at: (symbol, seq) => bySymbol.get(symbol)?.findLast((one) => one.seq === seq),
    latest: (symbol) => bySymbol.get(symbol)?.at(-1),
    back: (symbol, count) => bySymbol.get(symbol)?.at(-1 - count),
    head: () => head,
  };
}
