/** What a team searches runs by: written when it changes, read by `list`. */
import * as temporal from '@temporalio/workflow';
import type { Run, RunState } from './run-state.ts';

export function tellState(run: Run, state: RunState): void {
  if (run.told === state) return;
  run.told = state;
  temporal.upsertSearchAttributes({
    RunbookState: [state],
    ...(state === 'finished' ? { RunbookOutcome: [run.state.outcome ?? 'unknown'] } : {}),
  });
}
