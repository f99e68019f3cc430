/** What the end of an instance changes around it: its parent, its siblings, counters, the stop it causes, messages, the undo it belongs to. */
import { isItem, suffixOf } from '../model/keys.ts';
import { changesLeft } from './changes.ts';
import { owe } from './moments.ts';
import { indexOf, nodeAt } from '../model/plan-index.ts';
import type { Node, Plan } from '../model/plan.ts';
import { isFinding, stopAfterFailure } from './policy.ts';
import { nextUndoStep } from './undos.ts';
import type { Instance, State } from '../model/state.ts';
import type { Status } from '../model/status.ts';
import type { Key } from '../model/value.ts';

export function unschedule(state: State, key: Key): void {
  delete state.todo[key];
  delete state.ready[key];
}

export function endInstance(plan: Plan, state: State, instance: Instance, status: Status): void {
  const node = nodeAt(plan, instance.node);
  instance.status = status;
  instance.since = state.t;
  instance.finishedAt = state.t;
  delete instance.due;
  closeQuestion(state, instance);
  delete state.open[instance.key];
  count(state, node, instance);
  if (succeeded(instance) && instance.status !== 'skipped') repair(plan, state, node, instance);
  const owed = stopAfterFailure(node, instance, () => changesLeft(plan, state).length > 0);
  if (owed !== undefined && state.stop === undefined) {
    const around = owed.cause === 'failed' && !owed.undo ? containingGroup(plan, state, instance) : undefined;
    if (around !== undefined) around.contained = true;
    else if (node.together === true && owed.cause === 'failed') state.heldStop ??= owed;
    else state.owedStop ??= owed;
  }
  const parent = instance.parent === undefined ? undefined : state.instances[instance.parent];
  if (parent !== undefined) tellParent(plan, parent, instance);
  else if (isRoot(node)) state.left -= 1;
  if (!isItem(instance, parent)) endOfNode(plan, state, node, instance);
  if (instance.undoFor !== undefined) endOfUndoStep(plan, state, instance);
}

export function closeQuestion(state: State, instance: Instance): void {
  if (instance.question === undefined) return;
  if (state.questions[instance.question] !== undefined && instance.ask === 'failure') state.failureQuestions -= 1;
  delete state.questions[instance.question];
  delete instance.question;
  answered(instance, state.t);
  if (Object.keys(state.questions).length === 0) answered(state, state.t);
}

/** What waited for people is told apart from what worked. */
function answered(asked: { people?: number; askedAt?: number }, t: number): void {
  if (asked.askedAt === undefined) return;
  asked.people = (asked.people ?? 0) + t - asked.askedAt;
  delete asked.askedAt;
}

function isRoot(node: Node): boolean {
  return node.parent === undefined && !['watch', 'comms', 'undo'].includes(node.lane);
}

/** Leaves count, and containers that failed by themselves; what failed inside was counted there. */
function count(state: State, node: Node, instance: Instance): void {
  if (instance.status === 'unknown' && !isFinding(node) && !['comms', 'evidence', 'postmortem'].includes(node.lane))
    state.unknown += 1;
  if (instance.status !== 'failed' || (instance.bad ?? 0) > 0 || isFinding(node)) return;
  if (!['containment', 'main', 'validation', 'finally', 'precondition'].includes(node.lane)) return;
  if (node.critical) state.failed += 1;
  else state.warnings += 1;
}

/** Another way has reached what the failed step should have: the failure is a warning. Once for each failure. */
function repair(plan: Plan, state: State, node: Node, instance: Instance): void {
  for (const of of node.repairs ?? []) {
    const failed = state.instances[of + suffixOf(node, instance.key)];
    const own = failed === undefined ? undefined : nodeAt(plan, failed.node);
    if (failed?.status !== 'failed' || failed.repairedBy !== undefined || own?.critical !== true) continue;
    failed.repairedBy = instance.key;
    state.failed -= 1;
    state.warnings += 1;
  }
}

/** The nearest group around it that keeps failures to itself. */
function containingGroup(plan: Plan, state: State, instance: Instance): Instance | undefined {
  for (let key = instance.parent; key !== undefined; key = state.instances[key]?.parent) {
    const around = state.instances[key];
    if (around !== undefined && nodeAt(plan, around.node).contains === true) return around;
  }
  return undefined;
}

/** A finding fails no group that is none itself. */
function tellParent(plan: Plan, parent: Instance, child: Instance): void {
  const counts = !isFinding(nodeAt(plan, child.node)) || isFinding(nodeAt(plan, parent.node));
  const bad = counts && (child.status === 'failed' || child.status === 'unknown');
  if (bad) {
    parent.bad = (parent.bad ?? 0) + 1;
    if (child.fault !== undefined) parent.fault ??= child.fault;
  }
  if (child.status === 'ok' || child.status === 'unchanged') parent.good = (parent.good ?? 0) + 1;
  if (child.status === 'cancelled' || child.cut === true || child.skipCause === 'stopping') parent.cut = true;
  if (child.changed === true || (child.changed === 'unknown' && parent.changed !== true)) parent.changed = child.changed;
  if (parent.container === 'items') parent.live = (parent.live ?? 1) - 1;
  else if (parent.left !== undefined) parent.left -= 1;
}

/** Siblings that waited, messages at `step:<id>`, guards that end here, `--to`. */
function endOfNode(plan: Plan, state: State, node: Node, instance: Instance): void {
  release(plan, state, node, instance);
  if (node.lane === 'watch' && instance.parent === undefined) endOfGuard(state, node, instance);
  if (instance.key !== node.key) return;
  if (instance.status !== 'skipped')
    owe(plan, state, `step:${node.key}`, `${succeeded(instance) ? 'ok' : 'failed'}:${node.key}`, node.key);
  if (plan.stopAfter === node.key) state.limited = true;
  for (const index of indexOf(plan).roots.get('watch') ?? []) {
    const watch = nodeAt(plan, index);
    if (watch.to === node.key) state.watches[watch.key] = 'over';
  }
}

/** One that repeats is in force again after it has tripped, as long as what it guards goes on. */
function endOfGuard(state: State, node: Node, instance: Instance): void {
  const again = node.guard?.repeat !== undefined && instance.status === 'failed' && state.watches[node.key] === 'live';
  state.watches[node.key] = again ? 'due' : 'over';
}

/** `needs` of a parallel group delays until those have succeeded; in a list a policy has already decided. */
function release(plan: Plan, state: State, node: Node, instance: Instance): void {
  const suffix = suffixOf(node, instance.key);
  const parent = node.parent === undefined ? undefined : indexOf(plan).byKey.get(node.parent);
  const needs = parent !== undefined && nodeAt(plan, parent).parallel === true;
  for (const index of indexOf(plan).dependents.get(instance.node) ?? []) {
    const key = nodeAt(plan, index).key + suffix;
    const todo = state.todo[key];
    if (todo === undefined) continue;
    todo.waits -= 1;
    if (needs && !succeeded(instance)) todo.poisoned = true;
    if (todo.waits <= 0) state.ready[key] = 1;
  }
}

function succeeded(instance: Instance): boolean {
  if (instance.status === 'skipped') return instance.skipCause !== 'upstream' && instance.skipCause !== 'stopping';
  return instance.status === 'ok' || instance.status === 'unchanged';
}

function endOfUndoStep(plan: Plan, state: State, step: Instance): void {
  const target = step.undoFor === undefined ? undefined : state.instances[step.undoFor];
  if (target === undefined) return;
  if (!succeeded(step)) {
    target.undoFault ??= step.fault ?? {
      class: 'cancelled',
      code: 'undo-not-finished',
      message: `The undo step ${step.key} did not finish.`,
    };
  }
  const all = nodeAt(plan, target.node).undoSteps?.length ?? 0;
  target.undoNext = step.undoStopped === true ? all : nextUndoStep(plan, state, target.key, (target.undoNext ?? 0) + 1);
  if (target.undoNext >= all) endOfUndo(state, target);
  if (step.undoStopped === true) stopUndoing(state, target);
}

/** Somebody wants no more taken back: the others stay registered. */
export function stopUndoing(state: State, target: Instance): void {
  const bySection = target.undoBy === undefined || target.undoBy === '';
  const undoing = bySection ? state.undoing : state.instances[target.undoBy ?? '']?.undoing;
  if (undoing !== undefined) undoing.at = undoing.keys.length;
}

/** A registered undo has been performed: used up when an undo step did it, done when the run's stop did. */
export function endOfUndo(state: State, target: Instance): void {
  const bySection = target.undoBy === undefined || target.undoBy === '';
  const undoing = bySection ? state.undoing : state.instances[target.undoBy ?? '']?.undoing;
  const good = target.undoFault === undefined;
  target.undoState = good ? (bySection ? 'done' : 'used') : 'failed';
  if (undoing !== undefined) {
    undoing.at += 1;
    if (!good) undoing.bad += 1;
  }
  if (good && target.status === 'unknown') state.unknown -= 1;
  if (!bySection) return;
  if (good) state.undone += 1;
  else state.undoFailed += 1;
}
