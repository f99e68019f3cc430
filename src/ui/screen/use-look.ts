/** Where the operator looks: the chosen step, its output, the question of several, the whole text. Keys may come faster than pictures. */
import { useState } from 'react';
import type { OutputView } from './detail.tsx';

export interface LookingAround {
  /** Undefined: where the run is. */
  readonly chosen: string | undefined;
  readonly output: OutputView;
  /** Lists of which every item is shown. */
  readonly opened: readonly string[];
  /** Of several questions the one that is shown. */
  readonly question: string | undefined;
  /** Lines scrolled down in the whole text of the question. */
  readonly whole: number | undefined;
}

export interface LookAround {
  readonly now: LookingAround;
  /** One step up or down among `keys`, from `present` when none is chosen. */
  readonly move: (by: number, keys: readonly string[], present: string | undefined) => void;
  readonly choose: (key: string | undefined) => void;
  readonly change: (change: (before: LookingAround) => Partial<LookingAround>) => void;
}

const present: LookingAround = {
  chosen: undefined,
  output: { up: 0, search: '', folded: false },
  opened: [],
  question: undefined,
  whole: undefined,
};

export function useLook(): LookAround {
  const [now, set] = useState(present);
  const change = (how: (before: LookingAround) => Partial<LookingAround>): void => {
    set((before) => ({ ...before, ...how(before) }));
  };
  const at = (chosen: string | undefined) => (before: LookingAround) => ({ chosen, output: { ...before.output, up: 0 } });
  return {
    now,
    change,
    choose: (key) => {
      change(at(key));
    },
    move: (by, keys, from) => {
      change((before) => {
        const index = keys.indexOf(before.chosen ?? from ?? keys[0] ?? '');
        return at(keys[Math.max(0, Math.min(keys.length - 1, index + by))])(before);
      });
    },
  };
}
