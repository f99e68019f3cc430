/** What somebody decided about a change of somebody else that an undo has found. */
import { endOfUndo, stopUndoing } from './end.ts';
import type { Observation } from '../model/event.ts';
import type { Instance, State } from '../model/state.ts';

/** Unanswered, the undo has failed, and the others go on as after any failure. */
export function foldConflictAnswer(
  state: State,
  instance: Instance,
  event: Extract<Observation, { type: 'question.closed' }>,
): void {
  const { conflict } = instance;
  delete instance.conflict;
  if (event.verdict === 'keep' || event.verdict === 'overwrite') {
    instance.overForeign = event.verdict;
    delete instance.fault;
  } else if (event.verdict === 'stop') instance.undoStopped = true;
  // A step of an undo list decides by itself what follows.
  if (state.open[instance.key] !== undefined) {
    instance.status = 'judging';
    return;
  }
  if (event.verdict === 'overwrite') {
    instance.undoState = 'registered';
    return;
  }
  if (event.verdict !== 'keep' && conflict !== undefined) instance.undoFault = conflict;
  endOfUndo(state, instance);
  if (event.verdict === 'stop') stopUndoing(state, instance);
}
