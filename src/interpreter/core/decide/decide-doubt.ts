/** Nobody knows whether the effect happened: ask the world, then people; repeat only what is safe to repeat (law L1). */
import type { Command } from '../model/command.ts';
import { fail, finish, ownQuestion } from './decisions.ts';
import { effectOf } from '../fold/policy.ts';
import type { Halt } from './halting.ts';
import { attempt, mayRetry, retry } from './judge.ts';
import type { Node } from '../model/plan.ts';
import type { Instance, State } from '../model/state.ts';
import type { Fault } from '../model/value.ts';

export function decideDoubt(state: Readonly<State>, node: Node, instance: Instance, halt: Halt): readonly Command[] {
  const read = effectOf(node.effect, instance) === 'read';
  if (halt === 'force') return finish(instance, read ? 'cancelled' : 'unknown', instance.fault);
  if (instance.answer?.ask === 'doubt') return afterDoubtAnswer(state, node, instance, instance.answer.verdict, halt);
  if (read || node.repeatable) return again(state, node, instance, halt, read);
  if (node.has.doneWhen && instance.probed !== 'doubt') return [{ do: 'probe', key: instance.key, when: 'doubt' }];
  if (instance.probed === 'doubt' && instance.holds === 'true') return finish(instance, 'ok');
  if (instance.probed === 'doubt' && instance.holds === 'false') return notDone(state, node, instance, halt);
  // A drain still asks: the answer tells what the run leaves behind.
  if (node.lane === 'comms' || halt === 'cancel') return finish(instance, 'unknown', doubtFault(instance));
  return ownQuestion(node, instance, 'doubt', ['done', 'not-done', 'abort'], doubtFault(instance));
}

/** Safe to repeat. After a lost engine the attempt does not count; a live one counts as any failed attempt. */
function again(state: Readonly<State>, node: Node, instance: Instance, halt: Halt, read: boolean): readonly Command[] {
  if (halt !== 'no') return finish(instance, read ? 'cancelled' : 'unknown', doubtFault(instance));
  if (instance.lost === true) return attempt(state, node, instance);
  return notDone(state, node, instance, halt);
}

function notDone(state: Readonly<State>, node: Node, instance: Instance, halt: Halt): readonly Command[] {
  const fault = doubtFault(instance);
  if (halt !== 'no') return fail(instance, fault);
  if (instance.lost === true) return attempt(state, node, instance);
  if (mayRetry(node, instance, fault)) return retry(state, node, instance, fault);
  return [{ do: 'append', event: { type: 'step.finished', key: instance.key, status: 'failed', fault } }];
}

function afterDoubtAnswer(
  state: Readonly<State>,
  node: Node,
  instance: Instance,
  verdict: string,
  halt: Halt,
): readonly Command[] {
  if (verdict === 'done') return finish(instance, 'ok');
  if (verdict === 'not-done') return halt === 'no' ? attempt(state, node, instance) : fail(instance, doubtFault(instance));
  return finish(instance, 'unknown', doubtFault(instance));
}

function doubtFault(instance: Instance): Fault {
  if (instance.fault !== undefined) return instance.fault;
  const message = 'The engine was lost while the step was running: nobody knows whether it took effect.';
  return { class: 'unknown', code: 'engine-lost', message };
}
