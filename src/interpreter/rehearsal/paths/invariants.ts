/** What must hold on every path of a runbook, read from the journal of it alone. */
import { nodeAt } from '../../core/model/plan-index.ts';
import type { Node, Plan } from '../../core/model/plan.ts';
import type { State } from '../../core/model/state.ts';
import type { Stamped } from '../../core/model/event.ts';
import type { Key } from '../../core/model/value.ts';
import type { VirtualRun } from './virtual-engine.ts';

/** Lanes in which a stop lets nothing new begin. */
const work: ReadonlySet<Node['lane']> = new Set(['precondition', 'evidence', 'containment', 'diagnosis', 'main', 'validation']);

export interface Invariants {
  /** Called with each record before it is folded. */
  readonly see: (record: Stamped, before: Readonly<State>) => void;
  readonly found: readonly string[];
  /** Goes on from here, for a run that goes on in another way. */
  fork(): Invariants;
}

interface Seen {
  readonly found: readonly string[];
  readonly unknown: ReadonlySet<Key>;
  readonly stopped: string | undefined;
}

/** Watches a run while it is played: to fold its journal once more would take as long as the run. */
export const watchInvariants = (plan: Plan): Invariants => watching(plan, { found: [], unknown: new Set(), stopped: undefined });

function watching(plan: Plan, before: Seen): Invariants {
  const found = [...before.found];
  const unknown = new Set(before.unknown);
  let { stopped } = before;
  return {
    found,
    fork: () => watching(plan, { found, unknown, stopped }),
    see: (record, state) => {
      if (record.type === 'attempt.started' && record.role === 'do') {
        const node = nodeAt(plan, state.instances[record.key]?.node ?? -1);
        if (stopped !== undefined && node.effect !== 'read' && work.has(node.lane))
          found.push(`${record.key} is started although the run stops: ${stopped}`);
        if (node.effect !== 'read' && !node.repeatable && unknown.has(record.key))
          found.push(`${record.key} is repeated although nobody knows whether it took effect`);
        if (asksFirst(node) && !isAgreed(plan, state, record.key)) found.push(`${record.key} is performed without consent`);
      }
      if (record.type === 'run.stopping') stopped ??= record.stop.cause;
      follow(state, unknown, record);
    },
  };
}

/** Words about each breach of a run that has ended. */
export const breachesOf = ({ found }: Invariants, run: VirtualRun): readonly string[] =>
  run.stuck ? ['the run does not end'] : [...undoneInOrder(run), ...notUndone(run), ...found];

const asksFirst = ({ has }: Node): boolean => has.confirm || has.approve || has.offer;

/** The step itself, the list of its items, or a group around it was agreed to. */
function isAgreed(plan: Plan, state: Readonly<State>, key: Key): boolean {
  for (let at: Key | undefined = key; at !== undefined; at = state.instances[at]?.parent) {
    const instance = state.instances[at];
    if (instance !== undefined && ((instance.agreed ?? []).length > 0 || (instance.approvers ?? []).length > 0)) return true;
    if (instance !== undefined && nodeAt(plan, instance.node).key !== nodeAt(plan, state.instances[key]?.node ?? -1).key)
      return false;
  }
  return false;
}

/** What nobody knows is settled by a reading, or by somebody who says so. */
function follow(state: Readonly<State>, unknown: Set<Key>, record: Stamped): void {
  if (record.type === 'attempt.finished' && record.role === 'do') {
    if (record.outcome.is === 'unknown') unknown.add(record.key);
    else unknown.delete(record.key);
  }
  if (record.type === 'probe.finished' && record.when === 'doubt' && record.holds !== 'error') unknown.delete(record.key);
  if (record.type === 'question.closed') {
    const question = state.questions[record.id];
    if (question?.ask === 'doubt' || question?.ask === 'failure') unknown.delete(question.key);
  }
}

/** The undo of a run takes back in the reverse of the order in which things were done. */
function undoneInOrder({ journal, state }: VirtualRun): readonly string[] {
  const began: Key[] = [];
  const undone: Key[] = [];
  let isUndoing = false;
  for (const record of journal) {
    if (record.type === 'phase.entered') isUndoing = record.phase === 'undo';
    if (record.type !== 'attempt.started') continue;
    // A step takes itself back, or has steps that do.
    const of = record.role === 'undo' ? record.key : state.instances[record.key]?.undoFor;
    if (of === undefined && !began.includes(record.key)) began.push(record.key);
    if (of !== undefined && isUndoing && !undone.includes(of)) undone.push(of);
  }
  const places = undone.map((key) => began.indexOf(key));
  return places.every((place, index) => index === 0 || place < (places[index - 1] ?? 0))
    ? []
    : [
        `undone in the order ${undone.join(', ')}, which is not the reverse of ${began.filter((key) => undone.includes(key)).join(', ')}`,
      ];
}

function notUndone({ state }: VirtualRun): readonly string[] {
  if (state.outcome !== 'undone') return [];
  return Object.values(state.instances).flatMap(({ key, undoState }) =>
    undoState === 'registered' ? [`the run ends undone, but ${key} was not taken back`] : [],
  );
}
