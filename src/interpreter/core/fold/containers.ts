import { childrenOf, containerOf, nextGate } from '../decide/gates.ts';
import { claimUndo, undosNamedBy } from './undos.ts';
import { suffixOf } from '../model/keys.ts';
import { indexOf, nodeAt, siblingsBefore } from '../model/plan-index.ts';
import type { Plan } from '../model/plan.ts';
import type { Instance, State } from '../model/state.ts';
import type { Key } from '../model/value.ts';

/** Puts the nodes of a list into waiting or ready; returns how many there are. */
export function openList(plan: Plan, state: State, nodes: readonly number[], parent: Key | undefined, suffix: string): number {
  const { byKey } = indexOf(plan);
  for (const index of nodes) {
    const node = nodeAt(plan, index);
    const waits = siblingsBefore(plan, byKey, node).length;
    const key = node.key + suffix;
    state.todo[key] = { node: index, waits, ...(parent === undefined ? {} : { parent }) };
    if (waits === 0) state.ready[key] = 1;
  }
  return nodes.length;
}

/** Called after each event that may open the last gate: a group, a forEach or an undo step begins its children. */
export function openIfClear(plan: Plan, state: State, instance: Instance): void {
  if (instance.status !== 'resolved' || instance.container !== undefined) return;
  if (instance.when !== undefined && instance.when !== 'true') return;
  const kind = containerOf(plan, state, instance);
  if (kind === undefined || nextGate(plan, state, instance) !== undefined) return;
  instance.container = kind;
  instance.status = 'running';
  if (kind === 'group') openGroup(plan, state, instance);
  else if (kind === 'undo') openUndo(plan, state, instance);
  else {
    instance.items = instance.list?.length ?? 0;
    instance.next = 0;
    instance.live = 0;
    instance.bad = 0;
  }
}

export function openGroup(plan: Plan, state: State, instance: Instance): void {
  const node = nodeAt(plan, instance.node);
  instance.container = 'group';
  instance.status = 'running';
  instance.bad = 0;
  delete instance.good;
  delete instance.contained;
  instance.left = openList(plan, state, childrenOf(plan, node), instance.key, suffixOf(node, instance.key));
}

function openUndo(plan: Plan, state: State, instance: Instance): void {
  instance.undoing = { keys: undosNamedBy(plan, state, instance), at: 0, bad: 0 };
  for (const key of instance.undoing.keys) claimUndo(plan, state, key, instance.key);
}
