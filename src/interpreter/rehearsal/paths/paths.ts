/** Every failure point of a runbook, one at a time, and every answer that a person may give to it: on the core alone, without a system. */
import { changesLeft } from '../../core/fold/changes.ts';
import { nodeAt } from '../../core/model/plan-index.ts';
import type { Node, Plan } from '../../core/model/plan.ts';
import type { Question } from '../../core/model/event.ts';
import type { State } from '../../core/model/state.ts';
import type { RunOutcome } from '../../core/model/status.ts';
import type { Actor, Json, Key } from '../../core/model/value.ts';
import type { Effects, Told } from './effects.ts';
import { failedOutcome, okOf, performed, resolved } from './effects.ts';
import type { Invariants } from './invariants.ts';
import { breachesOf, watchInvariants } from './invariants.ts';
import type { FailurePoint, FailureKind } from './trouble.ts';
import type { Answered, Played, VirtualEngine, VirtualRun, VirtualWorld } from './virtual-engine.ts';
import { startEngine } from './virtual-engine.ts';

/** A run as it goes when nothing goes wrong. */
export interface Baseline {
  readonly plan: Plan;
  readonly effects: Effects;
  /** Step -> answer, as `--answer` takes it. */
  readonly answers: Readonly<Record<string, string>>;
}

export interface Path {
  readonly points: readonly FailurePoint[];
  /** What a person answers to the question after the trouble. */
  readonly then?: string;
  readonly outcome: RunOutcome | 'endless';
  /** Steps whose change is still there at the end. */
  readonly left: readonly Key[];
  /** Options of the first question after the trouble. */
  readonly asked?: readonly string[];
  readonly breaches: readonly string[];
  readonly run: VirtualRun;
}

/** A path without its journal: tens of thousands may be kept at once. */
export type PathEnd = Pick<Path, 'points' | 'then' | 'outcome' | 'left' | 'breaches'>;

export const endOf = ({ points, then, outcome, left, breaches }: Path): PathEnd => ({
  ...{ points, outcome, left, breaches },
  ...(then === undefined ? {} : { then }),
});

/** So many paths are tried from one baseline; whoever reaches it is told that there are more. */
export const mostPaths = 50_000;

/** A path under way, and what it remembers. */
interface Walk {
  readonly baseline: Baseline;
  readonly points: readonly FailurePoint[];
  readonly then?: string;
  readonly memory: Memory;
  readonly invariants: Invariants;
  readonly engine: VirtualEngine;
}

interface Memory {
  /** The trouble has shown. */
  isHit: boolean;
  /** Somebody has answered the question after it: from then on nothing goes wrong. */
  isOver: boolean;
  /** Options of that question. */
  asked?: readonly string[];
}

const longest = 20_000;

export function playPath(baseline: Baseline, points: readonly FailurePoint[] = [], then?: string): Path {
  return endedPath(begun(baseline, points, then));
}

function begun(baseline: Baseline, points: readonly FailurePoint[], then?: string): Walk {
  const memory: Memory = { isHit: false, isOver: false };
  const invariants = watchInvariants(baseline.plan);
  const way = { baseline, points, memory, invariants, ...(then === undefined ? {} : { then }) };
  return { ...way, engine: startEngine(baseline.plan, worldOf(way)) };
}

/** Another way on from where a walk is: what lies behind is not done again. */
function branched({ baseline, engine, ...before }: Walk, points: readonly FailurePoint[], then?: string): Walk {
  const memory = { ...before.memory };
  const invariants = before.invariants.fork();
  const way = { baseline, points, memory, invariants, ...(then === undefined ? {} : { then }) };
  return { ...way, engine: engine.fork(worldOf(way)) };
}

function endedPath({ baseline, points, then, memory, invariants, engine }: Walk): Path {
  engine.until(longest);
  const run = engine.run();
  return {
    points,
    ...(then === undefined ? {} : { then }),
    outcome: run.state.outcome ?? 'endless',
    left: changesLeft(baseline.plan, run.state).map(({ key }) => key),
    ...(memory.asked === undefined ? {} : { asked: memory.asked }),
    breaches: breachesOf(invariants, run),
    run,
  };
}

/** The path without trouble first; no more than `most`. */
export function* allPaths(baseline: Baseline, most = mostPaths): Generator<Path> {
  const straight = playPath(baseline);
  yield straight;
  const trunk = begun(baseline, []);
  let count = 1;
  for (const { point, record } of pointsOf(baseline.plan, straight.run)) {
    trunk.engine.until(record - 1);
    for (const path of pathsFrom(trunk, [point])) {
      yield path;
      if ((count += 1) >= most) return;
    }
  }
}

/** One path, or one for each answer where a person is asked; after each, those on which something cannot be taken back. */
function* pathsFrom(trunk: Walk, points: readonly FailurePoint[]): Generator<Path> {
  const walk = branched(trunk, points);
  while (walk.memory.asked === undefined && walk.engine.journal.length < longest && walk.engine.step());
  for (const then of walk.memory.asked ?? [undefined]) {
    const path = endedPath(then === undefined ? walk : branched(walk, points, then));
    yield path;
    const turnings = undosIn(path);
    if (turnings.length === 0) continue;
    const again = branched(trunk, points, then);
    for (const { point, record } of turnings) {
      again.engine.until(record - 1);
      yield endedPath(branched(again, [...points, point], then));
    }
  }
}

/** Where a walk must turn off for something to go wrong: before the record in which it would show. */
interface Turning {
  readonly point: FailurePoint;
  readonly record: number;
}

/** What was taken back on the path may fail to be. */
function undosIn({ run }: Path): readonly Turning[] {
  const found = new Map<Key, Turning>();
  for (const one of run.journal)
    if (one.type === 'attempt.started' && (one.role === 'undo' || run.state.instances[one.key]?.undoFor !== undefined))
      if (!found.has(one.key)) found.set(one.key, { point: { step: one.key, how: 'undo-fails' }, record: one.seq });
  return [...found.values()];
}

/** Where something can go wrong in what the run did: attempts, expectations, questions. In the order of the journal. */
function pointsOf(plan: Plan, { journal, state }: VirtualRun): readonly Turning[] {
  const found = new Map<string, Turning>();
  for (const one of journal) {
    const add = (step: Key, how: FailureKind): void => {
      if (!found.has(`${step} ${how}`)) found.set(`${step} ${how}`, { point: { step, how }, record: one.seq });
    };
    if (one.type === 'attempt.started' && one.role === 'do')
      for (const how of troublesOf(nodeAt(plan, state.instances[one.key]?.node ?? -1))) add(one.key, how);
    if (one.type !== 'question.opened') continue;
    if (declined[one.ask] !== undefined) add(one.key, 'declined');
    if (one.expires !== undefined) add(one.key, 'unanswered');
  }
  return [...found.values()];
}

function troublesOf(node: Node): readonly FailureKind[] {
  if (node.lane === 'watch' && node.parent === undefined) return ['fails'];
  if (node.kind === 'check') return node.program.expect === undefined ? [] : ['does-not-hold'];
  if (node.kind !== 'effect') return [];
  return [
    'fails',
    node.effect === 'read' ? 'times-out' : 'in-doubt',
    ...(node.program.expect === undefined && node.program.observe === undefined ? [] : ['does-not-hold' as const]),
  ];
}

const declined: Readonly<Partial<Record<Question, string>>> = {
  confirm: 'no',
  typed: 'no',
  offer: 'no',
  approve: 'no',
  manual: 'not-done',
};

function worldOf({ baseline, points, then, memory, invariants }: Omit<Walk, 'engine'>): VirtualWorld {
  const { plan, effects, answers } = baseline;
  const told: Told = { plan, effects };
  const trouble = (key: Key, hows: readonly FailureKind[]): FailureKind | undefined => {
    const how = points.find((one) => one.step === key && hows.includes(one.how))?.how;
    if (how !== undefined) memory.isHit = true;
    return how;
  };
  return {
    onRecord: (record, before) => {
      invariants.see(record, before);
      if (record.type === 'question.opened' && isAboutTrouble(record.ask) && memory.isHit) memory.asked ??= record.options;
    },
    resolve: (node, key, state) => resolved(told, node, key, state),
    probe: (_node, key, when) =>
      when === 'before' ? 'false' : when === 'after' ? 'true' : trouble(key, ['in-doubt']) ? 'error' : 'true',
    perform: (node, key, _n, role, state) => {
      if (trouble(key, ['undo-fails']) !== undefined && (role === 'undo' || state.instances[key]?.undoFor !== undefined))
        return { outcome: failedOutcome('exit-code', 'the undo fails') };
      if (role === 'undo') return { outcome: okOf(null, null, true) };
      const how = memory.isOver ? undefined : trouble(key, ['fails', 'times-out', 'in-doubt', 'does-not-hold']);
      return how === undefined ? performed(told, node, key, state) : troubled(how, performed(told, node, key, state));
    },
    cancel: (node) => (node.effect === 'read' ? 'cancelled' : 'unknown'),
    answer: (ask, key, count, state) => {
      if (isAboutTrouble(ask)) {
        if (then === undefined || memory.isOver || !memory.isHit) return 'abort';
        // Somebody who asks for another try, or says that nothing happened, gets one that succeeds.
        memory.isOver = true;
        return then;
      }
      if (trouble(key, ['unanswered']) !== undefined && expires(state, key)) return undefined;
      if (trouble(key, ['declined']) !== undefined && count === 1) return declined[ask];
      return answerTo(
        ask,
        answers[nodeAt(plan, state.instances[key]?.node ?? -1).key],
        count,
        state.instances[key]?.show?.options,
      );
    },
  };
}

const isAboutTrouble = (ask: string): boolean => ask === 'failure' || ask === 'doubt';

/** Of a step that asks several questions, only the one with a time limit can run out of time. */
function expires({ questions, instances }: State, key: Key): boolean {
  const open = instances[key]?.question;
  return open !== undefined && questions[open]?.expires !== undefined;
}

function troubled(how: FailureKind, usual: Played): Played {
  switch (how) {
    case 'times-out':
      return { outcome: failedOutcome('timeout', 'timed out') };
    case 'in-doubt':
      return {
        outcome: { is: 'unknown', fault: { class: 'timeout', code: 'test', message: 'nobody knows whether it took effect' } },
      };
    case 'does-not-hold':
      return usual.outcome.is === 'ok'
        ? { ...usual, expect: 'false', fault: { class: 'validation', code: 'expect', message: 'not as expected' } }
        : usual;
    default:
      return { outcome: failedOutcome('exit-code', 'failed') };
  }
}

/** Agrees, unless the file says otherwise; each approval is by another person. */
function answerTo(ask: Question, scripted: string | undefined, count: number, options: readonly string[] = []): Answered {
  switch (ask) {
    case 'choice':
      return chosen(scripted ?? options[0] ?? '');
    case 'input':
      return { verdict: 'answered', value: { json: jsonOf(scripted) } };
    case 'manual':
      return { verdict: scripted === 'no' || scripted === 'not-done' ? 'not-done' : 'done' };
    case 'approve':
      return { verdict: scripted === 'no' ? 'no' : 'yes', by: approver(count) };
    default:
      return { verdict: scripted === 'no' ? 'no' : 'yes' };
  }
}

/** Later steps read the name of the option. */
const chosen = (option: string): Answered => ({ verdict: option, value: { json: option } });

const approver = (count: number): Actor => ({ name: `approver ${String(count)}`, host: 'test', auth: 'claimed' });

function jsonOf(text: string | undefined): Json {
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
