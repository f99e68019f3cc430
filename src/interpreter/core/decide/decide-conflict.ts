/** An undo found that somebody else has changed since what its step had changed: neither version is lost before somebody has decided. */
import type { Command } from '../model/command.ts';
import { decideAttempt } from './judge.ts';
import { failInstance, finish, ownQuestion } from './decisions.ts';
import type { Halt } from './halting.ts';
import { nodeAt } from '../model/plan-index.ts';
import type { Node, Plan } from '../model/plan.ts';
import type { Instance, State } from '../model/state.ts';

const options = ['keep', 'overwrite', 'stop'] as const;

/** Of a step that is itself taken back: its question is beside its own end. */
export function askConflict(plan: Plan, target: Instance): readonly Command[] {
  if (target.question !== undefined) return [];
  const { show, ...rest } = target;
  const node = nodeAt(plan, target.node);
  const title = `Undo: ${show?.title ?? node.title}`;
  return ownQuestion({ ...node, title }, rest, 'conflict', options, words(target));
}

/** Of a step of an undo list that puts back. Undefined: there is no conflict. */
export function decideConflict(
  state: Readonly<State>,
  node: Node,
  instance: Instance,
  halt: Halt,
): readonly Command[] | undefined {
  if (instance.conflict === undefined) {
    if (instance.overForeign === 'keep') return finish(instance, 'ok');
    return instance.overForeign === 'overwrite' && instance.last !== 'ok' && halt === 'no' && instance.fault === undefined
      ? decideAttempt(state, node, instance)
      : undefined;
  }
  if (halt !== 'no') return failInstance(instance, instance.conflict);
  return ownQuestion(node, instance, 'conflict', options, words(instance));
}

function words({ conflict }: Instance): { readonly message: string; readonly about: readonly string[] } {
  const hint = conflict?.hint === undefined ? [] : [conflict.hint];
  return {
    message: `${conflict?.message ?? 'It was changed since'}: what now?`,
    about: [
      ...hint,
      'keep: leave what is there now; this step counts as taken back',
      'overwrite: put back what was there before the step; the other change is lost',
      'stop: leave it, and take back nothing more',
    ],
  };
}
