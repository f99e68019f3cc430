/** Whether something may still continue: the stop of the run, a group's deadline, the end of what a guard watches, the closing budget. */
import { nodeAt } from '../model/plan-index.ts';
import { workIsOver } from './phases.ts';
import type { Lane, Plan } from '../model/plan.ts';
import type { State } from '../model/state.ts';
import type { Key } from '../model/value.ts';

/** no: continues; drain: starts nothing new, what runs ends by itself; cancel: what runs is asked to end; force: at once. */
export type Halt = 'no' | 'drain' | 'cancel' | 'force';

export function haltOf(plan: Plan, state: Readonly<State>, lane: Lane, parent: Key | undefined): Halt {
  const own = laneHalt(plan, state, lane, parent === undefined);
  if (own === 'force' || own === 'cancel') return own;
  if (overdueAncestor(plan, state, parent)) return 'cancel';
  return own === 'no' && hasFailedAround(state, parent) ? 'drain' : own;
}

function laneHalt(plan: Plan, state: Readonly<State>, lane: Lane, top: boolean): Halt {
  if (lane === 'comms' || lane === 'postmortem') return closingHalt(plan, state, lane);
  if (state.stop?.force === true) return 'force';
  // Guards end with the work they guard; what they started (`then`) may finish.
  if (lane === 'watch') return top && workIsOver(plan, state) ? 'cancel' : 'no';
  if (lane === 'undo' || lane === 'finally' || state.phase === 'evidence-after') return 'no';
  if (state.stop === undefined) return 'no';
  return state.stop.cause === 'abort' || state.stop.cause === 'deadline' ? 'cancel' : 'drain';
}

function closingHalt(plan: Plan, state: Readonly<State>, lane: Lane): Halt {
  if (state.cutShort) return 'force';
  if (lane === 'postmortem' || state.settledAt === undefined) return 'no';
  return state.t >= state.settledAt + plan.closingBudget ? 'cancel' : 'no';
}

/** A group that contains failures starts nothing new once something in it has failed. */
export function hasFailedAround(state: Readonly<State>, parent: Key | undefined): boolean {
  for (let key = parent; key !== undefined; key = state.instances[key]?.parent) {
    if (state.instances[key]?.contained === true) return true;
  }
  return false;
}

/** A group whose `timeout` has passed halts everything inside it. */
function overdueAncestor(plan: Plan, state: Readonly<State>, parent: Key | undefined): boolean {
  for (let key = parent; key !== undefined; key = state.instances[key]?.parent) {
    const instance = state.instances[key];
    if (instance === undefined) return false;
    if (isOverdue(plan, state, key)) return true;
  }
  return false;
}

export function isOverdue(plan: Plan, state: Readonly<State>, key: Key): boolean {
  const instance = state.instances[key];
  if (instance?.until === undefined || instance.until === 0) return false;
  return nodeAt(plan, instance.node).kind === 'group' && state.t >= instance.until;
}
