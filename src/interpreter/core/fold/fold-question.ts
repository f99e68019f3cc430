import { foldConflictAnswer } from './fold-conflict.ts';
import { isRefusal, refusalFault } from './refusal.ts';
import { openIfClear } from './containers.ts';
import { closeQuestion } from './end.ts';
import type { Decision, Observation, Question } from '../model/event.ts';
import { inputsKey, suffixOf } from '../model/keys.ts';
import { personKey, provenName } from '../model/person.ts';
import { owe } from './moments.ts';
import type { Plan } from '../model/plan.ts';
import type { Instance, State } from '../model/state.ts';
import type { Actor, Json, Value } from '../model/value.ts';
import type { Status } from '../model/status.ts';

export function foldOpened(plan: Plan, state: State, event: Extract<Decision, { type: 'question.opened' }>): void {
  const instance = state.instances[event.key];
  if (instance === undefined) return;
  const isOpen = state.open[event.key] !== undefined;
  // The step has ended long ago; what is asked about is its undo.
  if (!isOpen && (event.ask !== 'conflict' || instance.conflict === undefined)) return;
  if (instance.question !== undefined) expire(state, instance);
  if (isOpen) instance.status = 'asked';
  instance.since = state.t;
  instance.askedAt = state.t;
  state.askedAt ??= state.t;
  instance.question = event.id;
  instance.ask = event.ask;
  instance.asks = (instance.asks ?? 0) + 1;
  if (event.ask === 'failure') state.failureQuestions += 1;
  if (event.ask === 'approve' && event.expires !== undefined) instance.approveBy = event.expires;
  state.questions[event.id] = {
    key: event.key,
    ask: event.ask,
    show: event.show,
    shown: event.shown,
    options: event.options,
    ...(event.expires === undefined ? {} : { expires: event.expires }),
    ...(event.from === undefined ? {} : { from: event.from }),
  };
  const lane = plan.nodes[instance.node]?.lane;
  if (lane !== 'postmortem' && lane !== 'comms') owe(plan, state, 'waiting', undefined, event.key);
}

/** The first valid answer wins; an answer to something else than what was shown changes nothing (F48). */
export function foldClosed(plan: Plan, state: State, event: Extract<Observation, { type: 'question.closed' }>): void {
  const question = state.questions[event.id];
  const instance = question === undefined ? undefined : state.instances[question.key];
  if (question === undefined || instance?.question !== event.id || event.shown !== question.shown) return;
  const ask = instance.ask ?? 'confirm';
  closeQuestion(state, instance);
  instance.since = state.t;
  if (ask !== 'conflict') instance.status = statusBehind(ask);
  instance.answer = {
    ask,
    verdict: event.verdict,
    by: event.by,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
    ...(event.value === undefined ? {} : { value: event.value }),
  };
  if (event.value !== undefined) instance.value = event.value;
  if (event.verdict === 'answered') fillInput(plan, state, instance, event.value);
  if (ask === 'conflict') return foldConflictAnswer(state, instance, event);
  const lane = plan.nodes[instance.node]?.lane;
  if (ask === 'manual' && event.verdict === 'not-done') {
    instance.fault = { class: 'validation', code: 'not-done', message: event.reason ?? 'The work by hand was not done.' };
    instance.status = 'judging';
    return;
  }
  if (ask === 'doubt' && event.verdict !== 'abort') settleDoubt(instance, event.verdict);
  if (lane !== 'postmortem' && isRefusal(ask, event.verdict, instance)) {
    instance.fault = refusalFault(event.verdict, event.reason);
    instance.status = 'judging';
    return;
  }
  if (event.verdict === 'yes') agree(instance, ask, event.by);
  if (ask === 'failure' && event.verdict === 'retry') startOver(instance);
  openIfClear(plan, state, instance);
}

/** An input that only this way needs: of the run, or of the call in which the question stands, in the same turn. */
function fillInput(plan: Plan, state: State, instance: Instance, answer: Value | undefined): void {
  const node = plan.nodes[instance.node];
  const given = fieldOf(answer, node?.fills);
  if (node?.fills === undefined || given === undefined) return;
  if (node.call === undefined) {
    state.inputs[node.fills] = { json: given };
    return;
  }
  const suffix = suffixOf(node, instance.key);
  for (const turns of [suffix, ...outerTurns(suffix)]) {
    const inputs = state.instances[inputsKey(node.call) + turns];
    if (inputs?.value === undefined) continue;
    const before = inputs.value.json;
    inputs.value = { ...inputs.value, json: { ...(isRecord(before) ? before : {}), [node.fills]: given } };
    return;
  }
}

/** `[0][2]` -> `[0]`, then nothing. */
const outerTurns = (suffix: string): readonly string[] => {
  const outer = suffix.replace(/\[\d+\]$/, '');
  return outer === suffix ? [] : [outer, ...outerTurns(outer)];
};

const isRecord = (json: Json | undefined): json is Readonly<Record<string, Json>> =>
  json !== null && typeof json === 'object' && !Array.isArray(json);

const fieldOf = (value: Value | undefined, name: string | undefined): Json | undefined =>
  name !== undefined && isRecord(value?.json) ? value.json[name] : undefined;

/** Its time was up before anybody answered, and the next question is about that. */
function expire(state: State, instance: Instance): void {
  closeQuestion(state, instance);
  instance.fault = refusalFault('expired');
}

/** People know what became of it. */
function settleDoubt(instance: Instance, verdict: string): void {
  if (verdict === 'done') instance.changed = true;
  else if (verdict === 'not-done') delete instance.changed;
}

/** Where the instance was when it had to ask. */
function statusBehind(ask: Question): Status {
  if (ask === 'doubt') return 'doubt';
  return ask === 'failure' ? 'judging' : 'resolved';
}

function agree(instance: Instance, ask: Question, by: Actor): void {
  if (instance.agreedTo !== instance.shown) {
    instance.agreed = [];
    instance.approvers = [];
    delete instance.approverNames;
    if (instance.shown !== undefined) instance.agreedTo = instance.shown;
  }
  if (ask === 'approve') {
    instance.approvers = [...new Set([...(instance.approvers ?? []), personKey(by)])];
    const name = provenName(by);
    if (name !== undefined) instance.approverNames = [...new Set([...(instance.approverNames ?? []), name])];
  } else {
    instance.agreed = [...(instance.agreed ?? []), ask];
  }
  delete instance.answer;
}

/** The operator wants another try: everything is resolved anew; agreement stands only for the same rendering. */
export function startOver(instance: Instance): void {
  instance.status = 'waiting';
  instance.base = instance.n;
  delete instance.container;
  delete instance.approveBy;
  for (const fact of [
    'fault',
    'last',
    'expect',
    'probed',
    'holds',
    'when',
    'list',
    'due',
    'answer',
    'undoing',
    'left',
    'bad',
  ] as const) {
    delete instance[fact];
  }
}
