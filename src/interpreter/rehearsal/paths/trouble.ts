/** What can happen to a step. A write that times out is in doubt: nobody knows whether it acted. */
import type { Key } from '../../core/model/value.ts';

export const trouble = ['fails', 'times-out', 'in-doubt', 'does-not-hold', 'declined', 'unanswered', 'undo-fails'] as const;
export type FailureKind = (typeof trouble)[number];

/** One place of a run at which something goes wrong. */
export interface FailurePoint {
  readonly step: Key;
  readonly how: FailureKind;
}

const words: Readonly<Record<FailureKind, string>> = {
  fails: 'fails',
  'times-out': 'times out',
  'in-doubt': 'is in doubt',
  'does-not-hold': 'does not hold',
  declined: 'is declined',
  unanswered: 'is not answered',
  'undo-fails': 'cannot be undone',
};

export const troubleText = (how: FailureKind): string => words[how];
