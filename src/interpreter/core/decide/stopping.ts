import type { Decision } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { State } from '../model/state.ts';
import type { RunOutcome } from '../model/status.ts';

/** A stop that a failure or an operator owes, or the deadline of the run. */
export function decideStop(plan: Plan, state: Readonly<State>): Decision | undefined {
  if (state.settledAt !== undefined) return undefined;
  if (state.owedStop !== undefined) return { type: 'run.stopping', stop: state.owedStop };
  if (state.stop === undefined && state.heldStop !== undefined && state.left === 0)
    return { type: 'run.stopping', stop: state.heldStop };
  if (state.stop !== undefined || plan.deadline === undefined || state.t < plan.deadline) return undefined;
  return { type: 'run.stopping', stop: { cause: 'deadline', undo: plan.onAbort === 'undo', force: false } };
}

/** The outcome that `run.settled` fixes. Undone beats the cause of the stop; a state nobody knows beats a failure. */
export function outcomeOf(state: Readonly<State>): RunOutcome {
  if (state.stop !== undefined) return outcomeOfStop(state, state.stop.cause);
  if (state.unknown > 0) return 'unknown';
  if (state.failed > 0) return 'failed';
  return state.warnings > 0 ? 'warning' : 'succeeded';
}

function outcomeOfStop(state: Readonly<State>, cause: NonNullable<State['stop']>['cause']): RunOutcome {
  const unfinished = state.undoing !== undefined && state.undoing.at < state.undoing.keys.length;
  if (state.undoFailed > 0 || unfinished) return 'undo-failed';
  if (state.undone > 0) return state.unknown > 0 ? 'unknown' : 'undone';
  switch (cause) {
    case 'failed':
      return state.unknown > 0 ? 'unknown' : 'failed';
    case 'refused':
      return state.changed ? 'failed' : 'refused';
    case 'abort':
      return 'aborted';
    case 'deadline':
      return 'timed-out';
    case 'unknown':
    case 'not-answered':
      return cause;
  }
}
