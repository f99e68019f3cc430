/**
 * One instance, from its start to its end:
 *
 *   waiting --resolve--> resolved --[when false]--------------------------------> skipped
 *      ^                    |  \--[doneWhen holds]------------------------------> unchanged
 *      |                    |  \--[group, forEach, undo: gates open]--> running (children) --> ok | failed | cancelled
 *      | retry              +--> asked (offer confirm typed approve) --yes--> resolved, --no--> skipped (offer) | failed
 *      | (operator)         +--> asked (input choice manual: the work itself) --> ok | failed
 *      |                    +--capture--> cleared
 *      |                    v
 *      |              running <---------------------------+-- backoff (retry.scheduled, until due)
 *      |                 |  \--unknown, or engine lost--> doubt --probe, question, repeatable: again--> running
 *      |                 v                                  \--> ok | failed | unknown
 *      +--- asked <-- judging --doneWhen after--> ok
 *        (failure)       \--> failed | cancelled --> policy: continue, abort, undo
 */
import type { Command } from '../model/command.ts';
import { nothing, failInstance, finish, question, skip, verdictOf } from './decisions.ts';
import { decideContainer } from './decide-group.ts';
import { decideConflict } from './decide-conflict.ts';
import { decideDoubt } from './decide-doubt.ts';
import { decideAttempt, failing, judgeInstance } from './judge.ts';
import { nextGate } from './gates.ts';
import { type Halt, haltOf } from './halting.ts';
import { isItem } from '../model/keys.ts';
import { nodeAt } from '../model/plan-index.ts';
import type { Node, Plan } from '../model/plan.ts';
import { isRefusal, refusalFault } from '../fold/refusal.ts';
import type { Instance, State } from '../model/state.ts';

export function decideInstance(plan: Plan, state: Readonly<State>, key: string): readonly Command[] {
  const instance = state.instances[key];
  if (instance === undefined) return [];
  const node = nodeAt(plan, instance.node);
  const halt = haltFor(plan, state, node, instance);
  const working = instance.status === 'running' || instance.status === 'judging';
  if (instance.container !== undefined && working) return decideContainer(plan, state, node, instance, halt);
  switch (instance.status) {
    case 'waiting':
      return early(state, instance, halt) ?? [{ do: 'resolve', key }];
    case 'resolved':
    case 'cleared':
      return early(state, instance, halt) ?? prepare(plan, state, node, instance);
    case 'asked':
      return asked(plan, state, node, instance, halt);
    case 'running':
      return running(state, instance, halt);
    case 'judging':
      return decideConflict(state, node, instance, halt) ?? judgeInstance(plan, state, node, instance, halt);
    case 'backoff':
      if (halt !== 'no') return failInstance(instance, instance.fault);
      if (state.skips[key] !== undefined) return skip(state, instance, 'operator');
      return (instance.due ?? 0) <= state.t && mayAttempt(state, node) ? decideAttempt(state, node, instance) : [];
    case 'doubt':
      return decideDoubt(plan, state, node, instance, halt);
    default:
      return [];
  }
}

/** A guard also ends when the step named by `to` has ended. */
function haltFor(plan: Plan, state: Readonly<State>, node: Node, instance: Instance): Halt {
  const over = node.lane === 'watch' && instance.parent === undefined && state.watches[node.key] === 'over';
  return over ? 'cancel' : haltOf(plan, state, node.lane, instance.parent);
}

/** Nothing has been attempted yet: a stop or an operator may still leave it out. */
function early(state: Readonly<State>, instance: Instance, halt: Halt): readonly Command[] | undefined {
  if (halt !== 'no') return skip(state, instance, 'stopping');
  return state.skips[instance.key] === undefined ? undefined : skip(state, instance, 'operator');
}

/** Points 2 to 7 of a step: when, doneWhen before, questions, capture, attempt. */
function prepare(plan: Plan, state: Readonly<State>, node: Node, instance: Instance): readonly Command[] {
  const { key } = instance;
  if (instance.when === 'false') return skip(state, instance, 'when');
  const parent = instance.parent === undefined ? undefined : state.instances[instance.parent];
  const list = node.forEach !== undefined && !isItem(instance, parent);
  if (node.has.doneWhen && !list && node.kind !== 'group') {
    if (instance.probed !== 'before' && instance.status === 'resolved') return [{ do: 'probe', key, when: 'before' }];
    if (instance.holds === 'true' && node.program.doneWhen?.comparesBefore !== true) return finish(instance, 'unchanged');
  }
  if (instance.answer !== undefined) return refusedOrAnswered(plan, state, node, instance);
  const gate = nextGate(plan, state, instance);
  if (gate !== undefined) return question(state, node, instance, gate);
  if (node.kind === 'ask') return question(state, node, instance, workQuestion(instance));
  if (!mayAttempt(state, node)) return [];
  if ((node.has.undo === 'restore' || node.captures === true) && instance.captured !== true) return [{ do: 'capture', key }];
  return decideAttempt(state, node, instance);
}

/** Pause holds effects back; retries too, so that a paused run does nothing new. */
function mayAttempt(state: Readonly<State>, node: Node): boolean {
  return node.lane === 'comms' || node.lane === 'watch' || !state.paused;
}

/** Which question the work of an ask step is: told by what there is to show, never by the name of its type. */
function workQuestion(instance: Instance): 'input' | 'choice' | 'manual' {
  if (instance.show?.fields !== undefined) return 'input';
  return instance.show?.options !== undefined ? 'choice' : 'manual';
}

function asked(plan: Plan, state: Readonly<State>, node: Node, instance: Instance, halt: Halt): readonly Command[] {
  const verdict = verdictOf(state, instance);
  if (instance.ask === 'failure') {
    if (halt !== 'no') return failInstance(instance, instance.fault);
    return verdict === 'expired' ? failInstance(instance, instance.fault) : [];
  }
  if (instance.ask === 'conflict') return halt === 'no' ? [] : failInstance(instance, instance.conflict);
  if (instance.ask === 'doubt')
    return (halt === 'no' || halt === 'drain') && verdict === undefined ? [] : finish(instance, 'unknown', instance.fault);
  if (halt !== 'no') return skip(state, instance, 'stopping');
  if (state.skips[instance.key] !== undefined) return skip(state, instance, 'operator');
  return verdict === undefined ? [] : refusedOrAnswered(plan, state, node, instance);
}

/** The answer to a gate that was not yes, or the answer that is the work of an ask step. */
function refusedOrAnswered(plan: Plan, state: Readonly<State>, node: Node, instance: Instance): readonly Command[] {
  const verdict = verdictOf(state, instance) ?? 'expired';
  if (instance.ask === 'offer') return skip(state, instance, 'offer', instance.answer);
  if (node.lane === 'postmortem' && ['open', 'expired', 'unanswered'].includes(verdict)) return skip(state, instance, 'operator');
  if (isRefusal(instance.ask ?? 'confirm', verdict, instance))
    return failing(plan, state, node, instance, refusalFault(verdict, instance.answer?.reason), 'no');
  return finish(instance, 'ok');
}

function running(state: Readonly<State>, instance: Instance, halt: Halt): readonly Command[] {
  const skipped = state.skips[instance.key] !== undefined;
  if (halt === 'cancel' || halt === 'force' || skipped) return [{ do: 'cancel', key: instance.key, force: halt === 'force' }];
  return nothing;
}
