/** Resting orders of each symbol, and how many new ones a second are taken. */
import type { Controls } from '../services/told.ts';

export type Taken =
  | { readonly is: 'accepted'; readonly orderId: string }
  | { readonly is: 'refused'; readonly status: 409 | 429; readonly why: string };

export interface Orders {
  take(symbol: string): Taken;
  /** How many were cancelled. */
  cancelAll(symbol: string): number;
  all(): Readonly<Record<string, readonly string[]>>;
  replace(all: Readonly<Record<string, readonly string[]>>): void;
  /** As at the first start. */
  forget(): void;
}

/** Resting orders that a symbol begins with. */
const first = 25;

export function createOrders(symbols: readonly string[], controls: () => Controls): Orders {
  const usual = symbols.map((symbol): readonly [string, readonly string[]] => [
    symbol,
    Array.from({ length: first }, (_, index) => `${symbol}-o${String(index + 1)}`),
  ]);
  let open = new Map(usual);
  let number = first;
  const recent = new Map<string, readonly number[]>();
  return {
    take: (symbol) => {
      const { mode = 'NORMAL', throttle = null } = controls().symbols[symbol] ?? {};
      if (mode !== 'NORMAL') return { is: 'refused', status: 409, why: `${symbol} is ${mode}` };
      const now = Date.now();
      const lately = (recent.get(symbol) ?? []).filter((at) => at > now - 1000);
      if (throttle !== null && lately.length >= throttle)
        return { is: 'refused', status: 429, why: `${symbol} takes ${String(throttle)} orders a second` };
      recent.set(symbol, [...lately, now]);
      number += 1;
      const orderId = `${symbol}-o${String(number)}`;
      open.set(symbol, [...(open.get(symbol) ?? []), orderId]);
      return { is: 'accepted', orderId };
    },
    cancelAll: (symbol) => {
      const { length } = open.get(symbol) ?? [];
      open.set(symbol, []);
      return length;
    },
    all: () => Object.fromEntries(open),
    replace: (all) => {
      open = new Map(Object.entries(all));
    },
    forget: () => {
      open = new Map(usual);
      number = first;
      recent.clear();
    },
  };
}
