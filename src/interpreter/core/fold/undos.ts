import { suffixOf } from '../model/keys.ts';
import { nodeAt } from '../model/plan-index.ts';
import type { Plan } from '../model/plan.ts';
import type { Instance, State } from '../model/state.ts';

/** Registered undos that an undo step names, newest first; inside a turn of a group's forEach only those of the same turn. */
export function undosNamedBy(plan: Plan, state: Readonly<State>, instance: Instance): string[] {
  const node = nodeAt(plan, instance.node);
  const suffix = suffixOf(node, instance.key);
  const bases = (node.of ?? []).map((key) => key + suffix);
  const named = state.startOrder.filter((key) => bases.some((base) => key === base || key.startsWith(`${base}[`)));
  return named.filter((key) => undoable(state, key) && isFree(state, key, instance.key)).reverse();
}

/** Not while the step itself still runs, and not while another undo step of a parallel group has it in hand. */
function isFree(state: Readonly<State>, key: string, wants: string): boolean {
  if (state.open[key] !== undefined) return false;
  const by = state.instances[key]?.undoBy;
  return by === undefined || by === '' || by === wants || state.open[by] === undefined;
}

/** All registered undos, reverse order of start. */
export function undosLeft(state: Readonly<State>): string[] {
  return state.startOrder.filter((key) => undoable(state, key)).reverse();
}

function undoable(state: Readonly<State>, key: string): boolean {
  const undo = state.instances[key]?.undoState;
  return undo === 'registered' || undo === 'failed' || undo === 'doing';
}

/** An undo step whose outcome nobody knows is not repeated by itself: the undo stays failed (L1). */
export function mayUndoAgain(plan: Plan, state: Readonly<State>, key: string): boolean {
  return undoStepKeys(plan, state, key).every((step) => state.instances[step]?.status !== 'unknown');
}

/** Marks who performs a registered undo now; steps of it that are done already are not done again. */
export function claimUndo(plan: Plan, state: State, key: string, by: string): void {
  const instance = state.instances[key];
  if (instance === undefined) return;
  instance.undoBy = by;
  instance.undoNext = nextUndoStep(plan, state, key, 0);
  instance.undoState = 'registered';
  for (const fact of ['undoFault', 'conflict', 'overForeign', 'undoStopped'] as const) delete instance[fact];
}

/** The first undo step from there on that has not succeeded; the number of steps when there is none. */
export function nextUndoStep(plan: Plan, state: Readonly<State>, key: string, from: number): number {
  const steps = undoStepKeys(plan, state, key);
  let next = from;
  while (next < steps.length && isDone(state.instances[steps[next] ?? ''])) next += 1;
  return next;
}

function isDone(step: Instance | undefined): boolean {
  return step?.status === 'ok' || step?.status === 'unchanged';
}

function undoStepKeys(plan: Plan, state: Readonly<State>, key: string): string[] {
  const instance = state.instances[key];
  if (instance === undefined) return [];
  const node = nodeAt(plan, instance.node);
  return (node.undoSteps ?? []).map((step) => step + suffixOf(node, key));
}
