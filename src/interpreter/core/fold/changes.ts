/** What a run has changed, as far as anybody knows, and what of it still stands. Read from the state, for the decisions and for people. */
import { isItem } from '../model/keys.ts';
import type { Plan } from '../model/plan.ts';
import type { Instance, State } from '../model/state.ts';
import type { Fault, Key, Outcome } from '../model/value.ts';
import { effectOf } from './policy.ts';

export interface ChangeMade {
  readonly key: Key;
  /** perhaps: a write was sent and nobody knows what became of it, or it failed on its way. */
  readonly changed: 'yes' | 'perhaps';
  /** possible: it can be taken back; failed: that was tried; none: the step has no undo. */
  readonly undo: 'possible' | 'failed' | 'none';
  /** Why taking back failed. */
  readonly fault?: Fault;
}

/** What the outcome of an attempt adds to what is known. Certainty is never taken back by a later attempt. */
export function changedAfter(before: Instance['changed'], outcome: Outcome): Instance['changed'] {
  const now = outcome.is === 'ok' ? outcome.changed : outcome.is === 'unknown' ? 'unknown' : outcome.changed;
  if (before === true || now === true) return true;
  return before === 'unknown' ? before : now;
}

/** Changes that still stand, in the order in which their steps began. */
export const changesLeft = (plan: Plan, state: Readonly<State>): readonly ChangeMade[] =>
  Object.values(state.instances).flatMap((one) => changeOf(plan, state, one) ?? []);

/** Undefined: the step changed nothing, or its change has been taken back. */
export function changeOf(plan: Plan, state: Readonly<State>, instance: Instance): ChangeMade | undefined {
  const node = plan.nodes[instance.node];
  if (node === undefined || ['comms', 'undo', 'postmortem'].includes(node.lane) || node.kind === 'undo') return undefined;
  if (isContainer(plan, state, instance) || effectOf(node.effect, instance) === 'read') return undefined;
  const changed = changedNow(instance);
  if (changed === undefined || instance.undoState === 'done' || instance.undoState === 'used') return undefined;
  const undo = { registered: 'possible', doing: 'failed', failed: 'failed', none: 'none' } as const;
  return {
    key: instance.key,
    changed,
    undo: undo[instance.undoState ?? 'none'],
    ...(instance.undoFault === undefined ? {} : { fault: instance.undoFault }),
  };
}

/** A group or a list stands for what is in it. */
function isContainer(plan: Plan, state: Readonly<State>, instance: Instance): boolean {
  const node = plan.nodes[instance.node];
  if (node?.kind === 'group') return true;
  const parent = instance.parent === undefined ? undefined : state.instances[instance.parent];
  return node?.forEach !== undefined && !isItem(instance, parent);
}

function changedNow(instance: Instance): ChangeMade['changed'] | undefined {
  if (instance.changed === true) return 'yes';
  // An attempt that runs, or whose engine was lost, may have had its effect already.
  const underWay = (instance.status === 'running' || instance.status === 'doubt') && (instance.effects ?? 0) > 0;
  return instance.changed === 'unknown' || underWay ? 'perhaps' : undefined;
}
