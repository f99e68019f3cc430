/** Starts what is ready: the next of a list, all children of a parallel group, the next item of a forEach. */
import type { Decision } from '../model/event.ts';
import { hasFailedAround, haltOf } from './halting.ts';
import { nodeAt } from '../model/plan-index.ts';
import type { Node, Plan } from '../model/plan.ts';
import { isBesideWork, isTolerant } from '../fold/policy.ts';
import type { Instance, State } from '../model/state.ts';
import { itemKey } from '../model/keys.ts';

export function startReady(plan: Plan, state: Readonly<State>): Decision | undefined {
  for (const key in state.ready) {
    const todo = state.todo[key];
    if (todo === undefined) continue;
    const node = nodeAt(plan, todo.node);
    const decision = startOne(plan, state, node, key);
    if (decision !== undefined) return decision;
  }
  return undefined;
}

function startOne(plan: Plan, state: Readonly<State>, node: Node, key: string): Decision | undefined {
  const todo = state.todo[key];
  if (haltOf(plan, state, node.lane, todo?.parent) !== 'no') {
    const failed = state.stop === undefined ? hasFailedAround(state, todo?.parent) : state.stop.cause === 'failed';
    return { type: 'step.skipped', key, cause: failed ? 'upstream' : 'stopping' };
  }
  if (todo?.poisoned === true) return { type: 'step.skipped', key, cause: 'upstream' };
  const skip = state.skips[key];
  if (skip !== undefined) return { type: 'step.skipped', key, cause: 'operator', reason: skip.reason, by: skip.by };
  if (state.limited && !isBesideWork(node) && node.lane !== 'watch') return { type: 'step.skipped', key, cause: 'only' };
  if (!mayStart(state, node)) return undefined;
  return { type: 'step.started', key, node: node.key, lane: node.lane };
}

/** Pause, single steps and an open question about a failure let nothing new start; what runs beside the work is not held up. */
function mayStart(state: Readonly<State>, node: Node): boolean {
  if (isHeld(state, node)) return false;
  return !state.stepMode || node.kind === 'group' || isBeside(node) || state.allowance > 0;
}

function isHeld(state: Readonly<State>, node: Node): boolean {
  return !isBeside(node) && (state.paused || state.failureQuestions > 0);
}

function isBeside(node: Node): boolean {
  return node.lane === 'comms' || node.lane === 'watch';
}

/** The next item of a forEach: not beyond its limit, not after a failure (maxErrors), unless failures do not matter there. */
export function nextItem(state: Readonly<State>, node: Node, instance: Instance): Decision | undefined {
  const next = instance.next ?? 0;
  if (node.forEach === undefined || next >= (instance.items ?? 0)) return undefined;
  if ((instance.live ?? 0) >= Math.max(1, node.forEach.limit)) return undefined;
  if (tooManyErrors(node, instance) || isHeld(state, node)) return undefined;
  return { type: 'step.started', key: itemKey(instance.key, next), node: node.key, lane: node.lane };
}

export function tooManyErrors(node: Node, instance: Instance): boolean {
  if (node.onFailure === 'continue' || isTolerant(node)) return false;
  return (instance.bad ?? 0) > (node.forEach?.maxErrors ?? 0);
}
