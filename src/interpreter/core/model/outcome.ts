import type { RunOutcome } from './status.ts';

const codes: Readonly<Record<RunOutcome, number>> = {
  succeeded: 0,
  warning: 0,
  failed: 1,
  refused: 4,
  undone: 6,
  'undo-failed': 7,
  'not-answered': 8,
  unknown: 9,
  abandoned: 9,
  aborted: 11,
  'timed-out': 124,
};

/** The stable exit code of an outcome. */
export function exitCodeOf(outcome: RunOutcome): number {
  return codes[outcome];
}
