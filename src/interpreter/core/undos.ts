import { suffixOf } from './keys.ts';
import { nodeAt } from './plan-index.ts';
import type { Plan } from './plan.ts';
import type { Instance, State } from './state.ts';

/** Registered undos that an undo step names, newest first; inside a turn of a group's forEach only those of the same turn. */
export function undosNamedBy(plan: Plan, state: Readonly<State>, instance: Instance): string[] {
  const node = nodeAt(plan, instance.node);
  const suffix = suffixOf(node, instance.key);
  const bases = (node.of ?? []).map((key) => key + suffix);
  const named = state.startOrder.filter((key) => bases.some((base) => key === base || key.startsWith(`${base}[`)));
  return named.filter((key) => undoable(state, key)).reverse();
}

/** All registered undos, reverse order of start (core.md 1). */
export function undosLeft(state: Readonly<State>): string[] {
  return state.startOrder.filter((key) => undoable(state, key)).reverse();
}

function undoable(state: Readonly<State>, key: string): boolean {
  const undo = state.instances[key]?.undoState;
  return undo === 'registered' || undo === 'failed' || undo === 'doing';
}

/** Marks who performs a registered undo now; its steps run again from the first. */
export function claimUndo(state: State, key: string, by: string): void {
  const instance = state.instances[key];
  if (instance === undefined) return;
  instance.undoBy = by;
  instance.undoNext = 0;
  instance.undoState = 'registered';
  delete instance.undoFault;
}
