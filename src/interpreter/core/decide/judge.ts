/** Points 7 to 11 of a step: attempt, expect, retry, doneWhen after, finished. */
import type { Command } from '../model/command.ts';
import { changesLeft } from '../fold/changes.ts';
import { consequences } from './consequences.ts';
import { failInstance, finish, ownQuestion, skip } from './decisions.ts';
import { fraction } from '../model/hash.ts';
import type { Halt } from './halting.ts';
import type { Node, Plan } from '../model/plan.ts';
import { isTolerant } from '../fold/policy.ts';
import type { Instance, State } from '../model/state.ts';
import type { Fault, Ms } from '../model/value.ts';

export function decideAttempt(state: Readonly<State>, node: Node, instance: Instance): readonly Command[] {
  const limited = node.timeout > 0 && node.lane !== 'watch';
  return [{ do: 'attempt', key: instance.key, n: instance.n + 1, role: 'do', until: limited ? state.t + node.timeout : 0 }];
}

export function judgeInstance(
  plan: Plan,
  state: Readonly<State>,
  node: Node,
  instance: Instance,
  halt: Halt,
): readonly Command[] {
  const { key } = instance;
  if (instance.last === 'cancelled' && state.skips[key] !== undefined) return skip(state, instance, 'operator');
  if (instance.last === 'cancelled' && halt !== 'no') return finish(instance, 'cancelled', instance.fault);
  // Answered while the run was stopping: the step was not begun.
  if (instance.fault?.class === 'answer' && halt !== 'no') return skip(state, instance, 'stopping');
  const fault = faultOf(instance);
  if (fault !== undefined) return failing(plan, state, node, instance, fault, halt);
  if (!node.has.doneWhen || instance.probed === 'after') return finish(instance, 'ok');
  return halt === 'force' ? finish(instance, 'cancelled') : [{ do: 'probe', key, when: 'after' }];
}

/** A false expectation, an error and no data fail a step alike, but with their own class (L4). */
function faultOf(instance: Instance): Fault | undefined {
  if (instance.last !== 'ok') return instance.fault ?? { class: 'unknown', code: 'failed', message: 'The step failed.' };
  if (instance.fault !== undefined) return instance.fault;
  switch (instance.expect) {
    case 'false':
      return { class: 'validation', code: 'expect', message: 'What was expected does not hold.' };
    case 'error':
      return { class: 'expression', code: 'expect-error', message: 'What was expected could not be evaluated.' };
    case 'noData':
      return { class: 'noData', code: 'no-data', message: 'There is no data to judge by.' };
    default:
      return undefined;
  }
}

/** Retry, ask or fail, as the step says. */
export function failing(
  plan: Plan,
  state: Readonly<State>,
  node: Node,
  instance: Instance,
  fault: Fault,
  halt: Halt,
): readonly Command[] {
  if (halt !== 'no') return failInstance(instance, fault);
  if (instance.answer?.ask === 'failure') return afterFailureAnswer(state, instance, fault);
  if (state.skips[instance.key] !== undefined) return skip(state, instance, 'operator');
  if (mayRetry(node, instance, fault)) return retry(state, node, instance, fault);
  if (node.onFailure !== 'ask' || isTolerant(node)) return failInstance(instance, fault);
  // As long as nothing has changed a refusal simply ends the run; afterwards somebody must say what becomes of the changes.
  if (fault.class === 'answer' && changesLeft(plan, state).length === 0) return failInstance(instance, fault);
  const again = instance.container === undefined || instance.container === 'undo' || node.lane === 'watch';
  const options = again ? ['retry', 'skip', 'undo', 'abort'] : ['skip', 'undo', 'abort'];
  const about = consequences(plan, state, node, { ...instance, fault }, options);
  return ownQuestion(node, instance, 'failure', options, { message: questionText(node, instance, fault), about });
}

function questionText(node: Node, instance: Instance, fault: Fault): string {
  if (fault.class !== 'answer') return fault.message;
  const asked = instance.show?.message ?? instance.show?.title ?? node.title;
  const how = fault.code === 'not-answered' ? 'was not answered' : 'was refused';
  return `"${asked}" ${how}${instance.answer?.reason === undefined ? '' : ` (${instance.answer.reason})`}: what now?`;
}

/** undo and abort become the stop that the policy derives from the answer; nobody there equals abort (3.1). */
function afterFailureAnswer(state: Readonly<State>, instance: Instance, fault: Fault): readonly Command[] {
  return instance.answer?.verdict === 'skip' ? skip(state, instance, 'operator') : failInstance(instance, fault);
}

/** Only failures of an attempt are retried, within its number, and only of the classes that the plan names. */
export function mayRetry(node: Node, instance: Instance, fault: Fault): boolean {
  if (instance.last === undefined || instance.last === 'cancelled' || instance.container !== undefined) return false;
  return instance.n - (instance.base ?? 0) < node.attempts && node.retryOn.includes(fault.class);
}

function retry(state: Readonly<State>, node: Node, instance: Instance, fault: Fault): readonly Command[] {
  const due = state.t + backoffOf(state.seed, node, instance);
  const event = {
    type: 'retry.scheduled',
    key: instance.key,
    n: instance.n + 1,
    of: (instance.base ?? 0) + node.attempts,
    due,
    fault,
  } as const;
  return [{ do: 'append', event }];
}

/** first * factor^k up to the cap, less a share of jitter that seed, key and attempt fix. */
export function backoffOf(seed: string, node: Node, instance: Instance): Ms {
  const { first, factor, cap, jitter } = node.backoff;
  const tries = Math.max(0, instance.n - (instance.base ?? 0) - 1);
  const full = Math.min(cap, first * factor ** tries);
  return Math.max(0, Math.round(full * (1 - jitter * fraction(seed, instance.key, instance.n))));
}
