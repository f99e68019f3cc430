import { changedAfter } from './changes.ts';
import { openGroup } from './containers.ts';
import { endOfUndo } from './end.ts';
import type { Observation } from '../model/event.ts';
import { nodeAt } from '../model/plan-index.ts';
import type { Plan } from '../model/plan.ts';
import type { Instance, State } from '../model/state.ts';
import { effectOf } from './policy.ts';
import type { Fault } from '../model/value.ts';

type Of<T extends string> = Extract<Observation, { type: T }>;

export function foldProbe(plan: Plan, state: State, event: Of<'probe.finished'>): void {
  const instance = state.instances[event.key];
  if (instance === undefined || state.open[event.key] === undefined) return;
  const expected = { before: 'resolved', after: 'judging', doubt: 'doubt' }[event.when];
  if (instance.status !== expected) return;
  instance.probed = event.when;
  instance.holds = event.holds;
  instance.since = state.t;
  if (event.before !== undefined) instance.before = event.before;
  if (event.when === 'doubt') {
    // It was not so before the step, and it is now.
    if (event.holds === 'true') instance.changed = true;
    return;
  }
  const compares = event.when === 'before' && nodeAt(plan, instance.node).program.doneWhen?.comparesBefore === true;
  const fault = event.fault ?? (compares ? undefined : probeFault(event));
  if (fault === undefined) return;
  instance.fault = fault;
  if (event.when === 'before') {
    instance.status = 'judging';
    delete instance.last;
  }
}

function probeFault(event: Of<'probe.finished'>): Fault | undefined {
  if (event.holds === 'true') return undefined;
  if (event.when === 'before' && event.holds === 'false') return undefined;
  const fails = { false: 'validation', error: 'expression', noData: 'noData' } as const;
  const words =
    event.when === 'after' ? 'The wanted state is not in force after the step.' : 'The wanted state could not be read.';
  return { class: fails[event.holds], code: 'done-when', message: words };
}

export function foldCaptured(state: State, event: Of<'undo.captured'>): void {
  const instance = state.instances[event.key];
  if (instance?.status !== 'resolved' || state.open[event.key] === undefined) return;
  instance.since = state.t;
  if (event.fault !== undefined) {
    instance.fault = event.fault;
    instance.status = 'judging';
    delete instance.last;
    return;
  }
  instance.captured = true;
  instance.status = 'cleared';
  if (event.old !== undefined) instance.undo = event.old;
}

export function foldAttemptStarted(plan: Plan, state: State, event: Of<'attempt.started'>): void {
  const instance = state.instances[event.key];
  if (instance === undefined) return;
  if (event.role === 'undo') {
    instance.n = event.n;
    instance.epoch = state.epoch;
    instance.until = event.until;
    instance.undoState = 'doing';
    return;
  }
  if (state.open[event.key] === undefined) return;
  if (instance.status === 'doubt') instance.base = event.n - 1;
  instance.n = event.n;
  instance.epoch = state.epoch;
  instance.status = 'running';
  instance.until = event.until;
  instance.since = state.t;
  for (const fact of ['due', 'fault', 'last', 'expect', 'probed', 'holds', 'lost', 'mayRun', 'answer'] as const)
    delete instance[fact];
  register(plan, state, instance);
}

/** The undo is registered when the effect starts, so that a crash in between cannot forget it (3.10). */
function register(plan: Plan, state: State, instance: Instance): void {
  const node = nodeAt(plan, instance.node);
  if (effectOf(node.effect, instance) !== 'read') state.changed = true;
  instance.effects = (instance.effects ?? 0) + 1;
  if (node.has.undo === 'none' || instance.undoState !== undefined) return;
  instance.undoState = 'registered';
  state.startOrder.push(instance.key);
}

export function foldAttemptFinished(plan: Plan, state: State, event: Of<'attempt.finished'>): void {
  const instance = state.instances[event.key];
  if (instance === undefined || event.late === true || event.n !== instance.n) return;
  if (event.role === 'undo') return foldUndone(state, instance, event);
  if (instance.status !== 'running' || state.open[event.key] === undefined || instance.epoch !== state.epoch) return;
  const { outcome } = event;
  const node = nodeAt(plan, instance.node);
  instance.last = outcome.is;
  instance.since = state.t;
  if (event.expect !== undefined) instance.expect = event.expect;
  if (outcome.value !== undefined) instance.value = outcome.value;
  if (outcome.result !== undefined) instance.result = outcome.result;
  const fault = outcome.is === 'ok' ? event.fault : outcome.fault;
  if (event.conflict === true && fault !== undefined) instance.conflict = fault;
  if (fault !== undefined) instance.fault = fault;
  const write = effectOf(node.effect, instance) !== 'read';
  const changed = changedAfter(instance.changed, outcome);
  if (write ? changed !== undefined : outcome.is === 'ok') instance.changed = changed ?? false;
  if (outcome.is === 'notStarted') instance.effects = (instance.effects ?? 1) - 1;
  unregisterIfNothingHappened(state, instance);
  if (event.lost !== undefined) instance.lost = true;
  if (event.lost === 'perhaps') instance.mayRun = true;
  instance.status = outcome.is === 'unknown' && (write || event.lost !== undefined) ? 'doubt' : 'judging';
  if (node.lane !== 'watch' || instance.parent !== undefined || outcome.is !== 'failed') return;
  instance.trippedAt = state.t;
  openGroup(plan, state, instance);
}

export function foldNoted(state: State, event: Of<'attempt.noted'>): void {
  const instance = state.instances[event.key];
  const { data } = event;
  if (event.note !== 'warning' || instance === undefined || data === null || typeof data !== 'object' || !('message' in data))
    return;
  instance.warnings = [...(instance.warnings ?? []), String(data.message)];
}

/** Nothing to undo when no attempt reached the other side, or the only one that did changed nothing. */
function unregisterIfNothingHappened(state: State, instance: Instance): void {
  const idle = instance.effects === 0 || (instance.effects === 1 && instance.last === 'ok' && instance.changed === false);
  if (!idle || instance.undoState !== 'registered') return;
  delete instance.undoState;
  const at = state.startOrder.lastIndexOf(instance.key);
  if (at >= 0) state.startOrder.splice(at, 1);
}

function foldUndone(state: State, instance: Instance, event: Of<'attempt.finished'>): void {
  if (instance.undoState !== 'doing' || instance.epoch !== state.epoch) return;
  if (event.conflict === true && event.outcome.is !== 'ok') {
    instance.conflict = event.outcome.fault;
    return;
  }
  if (event.outcome.is !== 'ok') instance.undoFault = event.outcome.fault;
  endOfUndo(state, instance);
}
