/** Groups, forEach and undo steps while their children work, and tripped guards while their `then` steps work. */
import type { Command } from '../model/command.ts';
import { finish, skip } from './decisions.ts';
import { type Halt, isOverdue } from './halting.ts';
import { judgeInstance } from './judge.ts';
import type { Node, Plan } from '../model/plan.ts';
import { nextItem, tooManyErrors } from './start.ts';
import type { Instance, State } from '../model/state.ts';
import { decideUndoing } from './undoing.ts';
import type { Fault } from '../model/value.ts';

export function decideContainer(
  plan: Plan,
  state: Readonly<State>,
  node: Node,
  instance: Instance,
  halt: Halt,
): readonly Command[] {
  if (instance.container === 'undo') return undoNode(plan, state, instance, halt);
  const own = isOverdue(plan, state, instance.key) ? 'cancel' : halt;
  if (instance.container === 'items') {
    const item = own === 'no' ? nextItem(state, node, instance) : undefined;
    if (item !== undefined) return [{ do: 'append', event: item }];
    const more = (instance.next ?? 0) < (instance.items ?? 0) && own === 'no' && !tooManyErrors(node, instance);
    if ((instance.live ?? 0) > 0 || more) return [];
  } else if ((instance.left ?? 0) > 0) return [];
  return endOfContainer(plan, state, node, instance, halt);
}

function endOfContainer(plan: Plan, state: Readonly<State>, node: Node, instance: Instance, halt: Halt): readonly Command[] {
  if (node.lane === 'watch' && instance.parent === undefined) {
    return judgeInstance(plan, state, node, { ...instance, status: 'judging' }, halt);
  }
  const few = tooFew(node, instance);
  if (few !== undefined && !unfinished(instance))
    return judgeInstance(plan, state, node, { ...instance, status: 'judging', fault: few }, halt);
  if ((instance.bad ?? 0) > 0) return finish(instance, 'failed', instance.fault ?? overdue(node));
  if (isOverdue(plan, state, instance.key) && unfinished(instance)) {
    return judgeInstance(plan, state, node, { ...instance, status: 'judging', fault: overdue(node) }, halt);
  }
  return unfinished(instance) ? finish(instance, 'cancelled') : finish(instance, 'ok');
}

function tooFew({ atLeast }: Node, { good = 0 }: Instance): Fault | undefined {
  if (atLeast === undefined || good >= atLeast) return undefined;
  return {
    class: 'validation',
    code: 'too-few',
    message: `${String(good)} of its steps succeeded; at least ${String(atLeast)} must`,
  };
}

function unfinished(instance: Instance): boolean {
  return instance.cut === true || (instance.next ?? 0) < (instance.items ?? 0);
}

function overdue(node: Node): Fault {
  return { class: 'timeout', code: 'group-timeout', message: `${node.title}: not finished within its time.` };
}

function undoNode(plan: Plan, state: Readonly<State>, instance: Instance, halt: Halt): readonly Command[] {
  const undoing = instance.undoing;
  if (undoing === undefined) return finish(instance, 'ok');
  const found = decideUndoing(plan, state, undoing, halt);
  if (found !== 'over') return found;
  const node = plan.nodes[instance.node];
  if (undoing.bad > 0 && node !== undefined) {
    return judgeInstance(plan, state, node, { ...instance, status: 'judging', fault: undoFault(state, undoing.keys) }, halt);
  }
  if (undoing.at < undoing.keys.length)
    return undoing.at === 0 ? skip(state, instance, 'stopping') : finish(instance, 'cancelled');
  return finish(instance, undoing.keys.length === 0 ? 'unchanged' : 'ok');
}

function undoFault(state: Readonly<State>, keys: readonly string[]): Fault {
  const failed = keys.map((key) => state.instances[key]?.undoFault).find((fault) => fault !== undefined);
  return failed ?? { class: 'unknown', code: 'undo-failed', message: 'An undo failed.' };
}
