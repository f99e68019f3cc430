/** What must hold of every journal; each returns words about the first breach, or undefined. */
import type { Command } from '../../src/interpreter/core/model/command.ts';
import { decide } from '../../src/interpreter/core/decide/decide.ts';
import type { Stamped } from '../../src/interpreter/core/model/event.ts';
import { fold } from '../../src/interpreter/core/fold/fold.ts';
import { initialState } from '../../src/interpreter/core/model/initial.ts';
import { nodeAt } from '../../src/interpreter/core/model/plan-index.ts';
import type { Plan } from '../../src/interpreter/core/model/plan.ts';
import type { State } from '../../src/interpreter/core/model/state.ts';
import type { Run } from './simulate.ts';

const decisions = new Set([
  'step.started',
  'step.skipped',
  'question.opened',
  'retry.scheduled',
  'step.finished',
  'phase.entered',
  'run.stopping',
  'comms.due',
  'run.settled',
  'run.finished',
]);

/** For each prefix: a decision or an intent is what decide says, an observation is awaited by something open. */
export function wrongPrefix(plan: Plan, journal: readonly Stamped[]): string | undefined {
  const state = initialState(plan);
  for (const record of journal) {
    if (decisions.has(record.type) && !decided(decide(plan, state), record))
      return `record ${String(record.seq)} ${record.type} was not decided`;
    if (record.type === 'attempt.started' && !intended(decide(plan, state), record))
      return `record ${String(record.seq)}: attempt not intended`;
    if (!awaited(plan, state, record)) return `record ${String(record.seq)} ${record.type} was not awaited`;
    fold(plan, state, record);
  }
  return undefined;
}

function decided(commands: readonly Command[], record: Stamped): boolean {
  return commands.some((command) => command.do === 'append' && contains(record, command.event));
}

function contains(record: Stamped, event: object): boolean {
  return Object.entries(event).every(
    ([name, value]) => JSON.stringify((record as unknown as Record<string, unknown>)[name]) === JSON.stringify(value),
  );
}

function intended(commands: readonly Command[], record: Extract<Stamped, { type: 'attempt.started' }>): boolean {
  return commands.some(
    (command) => command.do === 'attempt' && command.key === record.key && command.n === record.n && command.role === record.role,
  );
}

function awaited(plan: Plan, state: State, record: Stamped): boolean {
  switch (record.type) {
    case 'step.resolved':
    case 'probe.finished':
    case 'undo.captured':
      return state.instances[record.key] !== undefined;
    case 'attempt.finished':
      return state.instances[record.key]?.n === record.n;
    case 'question.closed':
      return (
        state.questions[record.id] !== undefined ||
        Object.values(state.instances).some((one) => record.id.startsWith(`${one.key}:`))
      );
    case 'time.reached':
      return decide(plan, state).some((command) => command.do === 'wake' && command.at <= record.t) || state.t <= record.t;
    default:
      return true;
  }
}

/** No write that must not be repeated is attempted again before its fate is known, and no started attempt is forgotten. */
export function lostOrRepeated(plan: Plan, journal: readonly Stamped[]): string | undefined {
  const fate = new Map<string, 'running' | 'known' | 'unknown'>();
  const state = initialState(plan);
  for (const record of journal) {
    const breach = follow(plan, state, fate, record);
    if (breach !== undefined) return breach;
    fold(plan, state, record);
  }
  for (const [key, what] of fate) if (what === 'running') return `${key} was started and its end was never recorded`;
  return undefined;
}

function follow(
  plan: Plan,
  state: State,
  fate: Map<string, 'running' | 'known' | 'unknown'>,
  record: Stamped,
): string | undefined {
  if (record.type === 'attempt.started' && record.role === 'do') {
    const { effect, repeatable } = nodeAt(plan, state.instances[record.key]?.node ?? -1);
    const before = fate.get(record.key);
    fate.set(record.key, 'running');
    const must = effect !== 'read' && !repeatable && before !== undefined && before !== 'known';
    return must ? `${record.key} was repeated while ${before}` : undefined;
  }
  if (record.type === 'attempt.finished' && record.role === 'do')
    fate.set(record.key, record.outcome.is === 'unknown' ? 'unknown' : 'known');
  if (record.type === 'engine.started') for (const [key, what] of fate) if (what === 'running') fate.set(key, 'unknown');
  if (record.type === 'probe.finished' && record.when === 'doubt' && (record.holds === 'true' || record.holds === 'false'))
    fate.set(record.key, 'known');
  if (record.type === 'question.closed') answeredDoubt(state, fate, record);
  if (record.type === 'step.finished') return claimed(plan, state, fate, record);
  return undefined;
}

function answeredDoubt(
  state: State,
  fate: Map<string, 'running' | 'known' | 'unknown'>,
  record: Extract<Stamped, { type: 'question.closed' }>,
): void {
  const question = state.questions[record.id];
  if (question?.ask === 'doubt' && record.verdict !== 'unanswered' && record.verdict !== 'abort') fate.set(question.key, 'known');
  if (question?.ask !== 'failure' || record.verdict !== 'retry') return;
  fate.set(question.key, 'known');
  // The operator repeats an undo step: also what it does is repeated by a person's decision.
  for (const key of fate.keys()) if (key.includes('~undo')) fate.set(key, 'known');
}

/** A write may be called ok only when its fate is known. */
function claimed(
  plan: Plan,
  state: State,
  fate: ReadonlyMap<string, 'running' | 'known' | 'unknown'>,
  record: Extract<Stamped, { type: 'step.finished' }>,
): string | undefined {
  const { effect } = nodeAt(plan, state.instances[record.key]?.node ?? -1);
  const what = fate.get(record.key);
  const lie = effect !== 'read' && record.status === 'ok' && what !== undefined && what !== 'known';
  return lie ? `${record.key} was called ok while ${what}` : undefined;
}

/** Invariants of a finished run: nothing open, undo complete and in reverse order, limits of forEach kept. */
export function broken(plan: Plan, run: Run): string | undefined {
  const { state, journal } = run;
  if (state.outcome === undefined || state.exitCode === undefined) return 'no outcome';
  for (const instance of Object.values(state.instances)) {
    if (instance.finishedAt === undefined) return `${instance.key} never ended`;
    if (state.outcome === 'undone' && instance.undoState === 'registered') return `${instance.key} was not undone`;
  }
  return missingUndo(plan, run) ?? beyondLimit(plan, journal);
}

/** A run that had to undo did undo every effect that may have happened, by the journal alone. */
function missingUndo(plan: Plan, { state, journal }: Run): string | undefined {
  const asked = journal.some((record) => record.type === 'run.stopping' && record.stop.undo && !record.stop.force);
  if (!asked || state.stop?.force === true) return undefined;
  const may = new Map<string, number>();
  for (const record of journal) {
    if (record.type === 'attempt.started' && record.role === 'do') may.set(record.key, (may.get(record.key) ?? 0) + 1);
    if (record.type === 'attempt.finished' && record.role === 'do' && !changed(record))
      may.set(record.key, (may.get(record.key) ?? 1) - 1);
  }
  for (const [key, count] of may) {
    const instance = state.instances[key];
    if (instance === undefined || count <= 0 || nodeAt(plan, instance.node).has.undo === 'none') continue;
    const tried = instance.undoState === 'done' || instance.undoState === 'used' || instance.undoState === 'failed';
    if (!tried) return `${key} may have had an effect and its undo was not tried`;
  }
  return undefined;
}

function changed(record: Extract<Stamped, { type: 'attempt.finished' }>): boolean {
  return record.outcome.is !== 'notStarted' && !(record.outcome.is === 'ok' && record.outcome.changed === false);
}

function beyondLimit(plan: Plan, journal: readonly Stamped[]): string | undefined {
  const live = new Map<string, Set<string>>();
  for (const record of journal) {
    if (record.type === 'step.started' && record.key.endsWith(']')) {
      const parent = record.key.slice(0, record.key.lastIndexOf('['));
      const node = plan.nodes.find((one) => one.key === record.node);
      const set = live.get(`${record.node} ${parent}`) ?? new Set();
      if (node?.forEach === undefined || !journal.some((one) => one.type === 'step.started' && one.key === parent)) continue;
      set.add(record.key);
      live.set(`${record.node} ${parent}`, set);
      if (set.size > node.forEach.limit) return `more than ${String(node.forEach.limit)} items of ${parent} at once`;
    }
    if (record.type === 'step.finished' || record.type === 'step.skipped')
      for (const set of live.values()) set.delete(record.key);
  }
  return undefined;
}
