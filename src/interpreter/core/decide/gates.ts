/** What stands between a resolved instance and its effect: offer, confirm, typed, approve; each bound to the hash of what was shown. */
import type { Question } from '../model/event.ts';
import { isItem } from '../model/keys.ts';
import { indexOf, nodeAt } from '../model/plan-index.ts';
import type { Node, Plan } from '../model/plan.ts';
import type { Instance, State } from '../model/state.ts';

/** The next question of people, or undefined when nothing stands in the way. On a forEach asked once for the list, unless `each`. */
export function nextGate(plan: Plan, state: Readonly<State>, instance: Instance): Question | undefined {
  const node = nodeAt(plan, instance.node);
  const item = instance.parent !== undefined && isItem(instance, state.instances[instance.parent]);
  const each = node.program.approve?.each === true && node.forEach !== undefined;
  const agreed = instance.agreedTo === instance.shown ? (instance.agreed ?? []) : [];
  if (!item && node.has.offer && !agreed.includes('offer')) return 'offer';
  if (!item && node.has.confirm) {
    const ask = instance.show?.typed === undefined ? 'confirm' : 'typed';
    if (!agreed.includes(ask)) return ask;
  }
  if (node.has.approve && each === item) {
    const approvers = instance.agreedTo === instance.shown ? (instance.approvers ?? []) : [];
    if (approvers.length < (node.program.approve?.min ?? 1)) return 'approve';
  }
  return undefined;
}

/** Container kind of an instance whose gates are open; undefined for a leaf. */
export function containerOf(plan: Plan, state: Readonly<State>, instance: Instance): 'group' | 'items' | 'undo' | undefined {
  const node = nodeAt(plan, instance.node);
  const item = instance.parent !== undefined && isItem(instance, state.instances[instance.parent]);
  if (node.forEach !== undefined && !item) return 'items';
  if (node.kind === 'group') return 'group';
  return node.kind === 'undo' ? 'undo' : undefined;
}

export function childrenOf(plan: Plan, node: Node): readonly number[] {
  return indexOf(plan).children.get(node.key) ?? [];
}
