/** Nobody knows whether the effect happened: ask the world, then people; repeat only what is safe to repeat (L1). */
import type { Command } from '../model/command.ts';
import { failInstance, finish, ownQuestion } from './decisions.ts';
import { effectOf } from '../fold/policy.ts';
import type { Halt } from './halting.ts';
import { decideAttempt, failing, mayRetry } from './judge.ts';
import type { Node, Plan } from '../model/plan.ts';
import type { Instance, State } from '../model/state.ts';
import type { Fault } from '../model/value.ts';

export function decideDoubt(plan: Plan, state: Readonly<State>, node: Node, instance: Instance, halt: Halt): readonly Command[] {
  const read = effectOf(node.effect, instance) === 'read';
  if (halt === 'force') return finish(instance, read ? 'cancelled' : 'unknown', instance.fault);
  if (instance.answer?.ask === 'doubt') return afterDoubtAnswer(state, node, instance, instance.answer.verdict, halt);
  // A second copy beside one that may still run is for people to decide, also of a step that is safe to repeat.
  if (instance.mayRun === true && !read) return askPeople(node, instance, halt);
  if (read) return again(plan, state, node, instance, halt, read);
  if (node.repeatable && mayRepeat(node, instance)) return again(plan, state, node, instance, halt, read);
  if (node.has.doneWhen && instance.probed !== 'doubt') return [{ do: 'probe', key: instance.key, when: 'doubt' }];
  if (instance.probed === 'doubt' && instance.holds === 'true') return finish(instance, 'ok');
  if (instance.probed === 'doubt' && instance.holds === 'false') return notDone(plan, state, node, instance, halt);
  return askPeople(node, instance, halt);
}

/** A drain still asks: the answer tells what the run leaves behind. */
function askPeople(node: Node, instance: Instance, halt: Halt): readonly Command[] {
  if (isUnasked(node, halt)) return finish(instance, 'unknown', doubtFault(instance));
  return ownQuestion(node, instance, 'doubt', ['done', 'not-done', 'abort'], {
    message: doubtFault(instance).message,
    about: doubtAbout,
  });
}

const doubtAbout: readonly string[] = [
  'done: it took effect; the run continues',
  'not-done: it did not take effect; it is attempted again',
  'abort: nobody knows; stop with the outcome unknown',
];

/** Safe to repeat. After a lost engine the attempt does not count; a live one counts as any failed attempt. */
function again(
  plan: Plan,
  state: Readonly<State>,
  node: Node,
  instance: Instance,
  halt: Halt,
  read: boolean,
): readonly Command[] {
  if (halt !== 'no') return finish(instance, read ? 'cancelled' : 'unknown', doubtFault(instance));
  if (instance.lost === true) return decideAttempt(state, node, instance);
  return notDone(plan, state, node, instance, halt);
}

/** What is safe to repeat stays in doubt like any other write once its attempts are used up. */
function mayRepeat(node: Node, instance: Instance): boolean {
  return instance.lost === true || mayRetry(node, instance, doubtFault(instance));
}

/** Messages beside the run, a cancelled run, and steps that the author lets fail wait for nobody. */
function isUnasked(node: Node, halt: Halt): boolean {
  return node.lane === 'comms' || halt === 'cancel' || (node.repeatable && node.onFailure === 'continue');
}

function notDone(plan: Plan, state: Readonly<State>, node: Node, instance: Instance, halt: Halt): readonly Command[] {
  const fault = doubtFault(instance);
  if (halt !== 'no') return failInstance(instance, fault);
  if (instance.lost === true) return decideAttempt(state, node, instance);
  return failing(plan, state, node, instance, fault, halt);
}

function afterDoubtAnswer(
  state: Readonly<State>,
  node: Node,
  instance: Instance,
  verdict: string,
  halt: Halt,
): readonly Command[] {
  if (verdict === 'done') return finish(instance, 'ok');
  if (verdict === 'not-done')
    return halt === 'no' ? decideAttempt(state, node, instance) : failInstance(instance, doubtFault(instance));
  return finish(instance, 'unknown', doubtFault(instance));
}

function doubtFault(instance: Instance): Fault {
  if (instance.fault !== undefined) return instance.fault;
  const message = 'The engine was lost while the step was running: nobody knows whether it took effect.';
  return { class: 'unknown', code: 'engine-lost', message };
}
