import { openIfClear } from './containers.ts';
import { endInstance, unschedule } from './end.ts';
import type { Decision, Observation } from '../model/event.ts';
import { splitItem, suffixOf } from '../model/keys.ts';
import { indexOf, nodeAt } from '../model/plan-index.ts';
import type { Plan } from '../model/plan.ts';
import type { Instance, State } from '../model/state.ts';
import type { Key } from '../model/value.ts';

type Of<T extends string> = Extract<Decision | Observation, { type: T }>;

export function foldStarted(plan: Plan, state: State, event: Of<'step.started'>): void {
  const node = indexOf(plan).byKey.get(event.node);
  if (node === undefined) return;
  const instance = create(plan, state, event.key, node);
  state.open[event.key] = 1;
  const { kind, timeout, lane } = nodeAt(plan, node);
  if (kind === 'group' && timeout > 0) instance.until = state.t + timeout;
  if (lane === 'watch' && instance.parent === undefined) state.watches[event.key] = 'live';
  const counts =
    kind !== 'group' && lane !== 'watch' && lane !== 'comms' && state.instances[instance.parent ?? '']?.node !== node;
  if (state.stepMode && counts) state.allowance = Math.max(0, state.allowance - 1);
  armWatches(plan, state, event.node, 'from');
}

/** A fresh instance, taken out of waiting and ready. */
function create(plan: Plan, state: State, key: Key, node: number): Instance {
  const todo = state.todo[key];
  const instance: Instance = { key, node, status: 'waiting', n: 0, epoch: state.epoch, since: state.t, startedAt: state.t };
  continueCounts(instance, state.instances[key]);
  if (todo?.parent !== undefined) instance.parent = todo.parent;
  if (todo === undefined) adopt(plan, state, instance);
  unschedule(state, key);
  state.instances[key] = instance;
  return instance;
}

/** Started once more (a guard armed again, an undo tried again): attempts and questions keep counting, so that none is taken for another. */
function continueCounts(instance: Instance, previous: Instance | undefined): void {
  if (previous === undefined) return;
  instance.n = previous.n;
  instance.base = previous.n;
  if (previous.asks !== undefined) instance.asks = previous.asks;
  if (previous.trippedAt !== undefined) instance.trippedAt = previous.trippedAt;
  keepUndo(instance, previous);
}

/**
 * A step of a group that is tried again may have had its effect already: its undo stays registered, and what was captured before the first effect
 * is what an undo puts back. This holds also when the step is skipped this time.
 */
function keepUndo(instance: Instance, previous: Instance): void {
  if (previous.undoState === undefined || previous.undoState === 'done' || previous.undoState === 'used') return;
  const { undoState, undo, captured, effects, changed, undoBy, undoNext } = previous;
  Object.assign(instance, definedOf({ undoState, undo, captured, effects, changed, undoBy, undoNext }));
}

const definedOf = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

/** Items belong to their forEach instance, undo steps to the registered undo that is being performed. */
function adopt(plan: Plan, state: State, instance: Instance): void {
  const item = splitItem(instance.key);
  const parent = item === undefined ? undefined : state.instances[item.parent];
  if (item !== undefined && parent?.node === instance.node && parent.list !== undefined) {
    instance.parent = parent.key;
    const value = parent.list[item.index];
    if (value !== undefined) instance.item = value;
    parent.next = item.index + 1;
    parent.live = (parent.live ?? 0) + 1;
    return;
  }
  const node = nodeAt(plan, instance.node);
  if (node.lane === 'undo') adoptUndo(plan, state, instance, suffixOf(node, instance.key));
}

function adoptUndo(plan: Plan, state: State, instance: Instance, suffix: string): void {
  const owner = indexOf(plan).undoOwners.get(nodeAt(plan, instance.node).key);
  const target = owner === undefined ? undefined : state.instances[nodeAt(plan, owner).key + suffix];
  if (target === undefined) return;
  instance.undoFor = target.key;
  target.undoState = 'doing';
  if (target.item !== undefined) instance.item = target.item;
}

/** Guards come into force when the step named by `from` starts. */
function armWatches(plan: Plan, state: State, key: Key, edge: 'from'): void {
  for (const index of indexOf(plan).roots.get('watch') ?? []) {
    const node = nodeAt(plan, index);
    if (node[edge] === key && state.watches[node.key] === undefined) state.watches[node.key] = 'due';
  }
}

export function foldResolved(plan: Plan, state: State, event: Of<'step.resolved'>): void {
  const instance = state.instances[event.key];
  if (instance?.status !== 'waiting') return;
  instance.since = state.t;
  instance.when = event.when;
  if (event.items !== undefined) instance.list = event.items;
  if (event.input !== undefined) instance.input = event.input;
  if (event.show !== undefined) instance.show = event.show;
  if (event.shown !== undefined) instance.shown = event.shown;
  if (event.effect !== undefined) instance.effect = event.effect;
  const fault = event.fault ?? whenFault(instance);
  if (fault !== undefined) {
    instance.fault = fault;
    instance.status = 'judging';
    return;
  }
  instance.status = 'resolved';
  openIfClear(plan, state, instance);
}

function whenFault(instance: Instance): Instance['fault'] {
  if (instance.when !== 'error' && instance.when !== 'noData') return undefined;
  return {
    class: instance.when === 'noData' ? 'noData' : 'expression',
    code: 'when-error',
    message: 'The condition `when` has no result.',
  };
}

export function foldSkipped(plan: Plan, state: State, event: Of<'step.skipped'>): void {
  let instance = state.instances[event.key];
  if (instance === undefined || state.open[event.key] === undefined) {
    const todo = state.todo[event.key];
    if (todo === undefined) return;
    instance = create(plan, state, event.key, todo.node);
    delete instance.startedAt;
  }
  instance.skipCause = event.cause;
  if (event.cause === 'operator' && instance.fault !== undefined) state.warnings += 1;
  endInstance(plan, state, instance, 'skipped');
}

export function foldStepFinished(plan: Plan, state: State, event: Of<'step.finished'>): void {
  const instance = state.instances[event.key];
  if (instance === undefined || state.open[event.key] === undefined) return;
  if (event.fault !== undefined) instance.fault = event.fault;
  else delete instance.fault;
  endInstance(plan, state, instance, event.status);
}

export function foldRetry(state: State, event: Of<'retry.scheduled'>): void {
  const instance = state.instances[event.key];
  if (instance === undefined || state.open[event.key] === undefined) return;
  instance.status = 'backoff';
  instance.due = event.due;
  instance.fault = event.fault;
}

export function foldCommsDue(plan: Plan, state: State, event: Of<'comms.due'>): void {
  const nodeKey = event.key.slice(0, event.key.lastIndexOf('#'));
  const node = indexOf(plan).byKey.get(nodeKey);
  if (node === undefined) return;
  create(plan, state, event.key, node);
  const sending = state.instances[event.key];
  if (sending !== undefined) sending.sending = { moment: event.moment, ...(event.of === undefined ? {} : { of: event.of }) };
  state.open[event.key] = 1;
  state.sendings[nodeKey] = (state.sendings[nodeKey] ?? 0) + 1;
  const every = nodeAt(plan, node).every;
  if (event.moment === 'every' && every !== undefined) state.nextEvery[nodeKey] = state.t + Math.max(1, every);
  if (event.moment === 'every') return;
  const owed = state.messages.findIndex(
    (message) => message.node === node && message.moment === event.moment && message.of === event.of,
  );
  if (owed >= 0) state.messages.splice(owed, 1);
}
