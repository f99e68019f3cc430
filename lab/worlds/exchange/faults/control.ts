/** What somebody has ordered and not taken back. */
import type { Mode } from '../names.ts';
import type { System } from '../system.ts';
import type { Injected } from './injected.ts';

const symbol = 'BTC-USD';

function order(system: System, how: { readonly mode?: Mode; readonly throttle?: number }): void {
  const { symbols, withdrawals } = system.controls();
  const before = symbols[symbol] ?? { mode: 'NORMAL', throttle: null };
  system.order({ symbols: { ...symbols, [symbol]: { ...before, ...how } }, withdrawals });
}

export const controlFaults: Readonly<Record<string, Injected>> = {
  'symbol-halted': {
    title: `${symbol} is HARD_HALT, with orders that rest`,
    inject: (system) => {
      order(system, { mode: 'HARD_HALT' });
    },
  },
  'order-throttled': {
    title: `${symbol} takes 20 orders a second`,
    inject: (system) => {
      order(system, { throttle: 20 });
    },
  },
  'withdrawals-halted': {
    title: 'withdrawals are halted',
    inject: (system) => {
      system.order({ ...system.controls(), withdrawals: { state: 'on' } });
    },
  },
};
