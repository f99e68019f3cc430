/** Every failure point of a runbook, one at a time, and every answer that a person may give to it: on the core alone, without a system. */
import { changesLeft } from '../../core/fold/changes.ts';
import { nodeAt } from '../../core/model/plan-index.ts';
import type { Node, Plan } from '../../core/model/plan.ts';
import type { Question } from '../../core/model/event.ts';
import type { RunOutcome } from '../../core/model/status.ts';
import type { Actor, Json, Key } from '../../core/model/value.ts';
import type { Effects, Told } from './effects.ts';
import { failedOutcome, okOf, performed, resolved } from './effects.ts';
import { breachesOf, watchInvariants } from './invariants.ts';
import type { FailurePoint, FailureKind } from './trouble.ts';
import type { Answered, Played, VirtualRun, VirtualWorld } from './virtual-engine.ts';
import { virtualRun } from './virtual-engine.ts';

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

export function playPath(baseline: Baseline, points: readonly FailurePoint[] = [], then?: string): Path {
  const invariants = watchInvariants(baseline.plan);
  const run = virtualRun(baseline.plan, { ...worldOf(baseline, points, then), onRecord: invariants.see });
  const asked = run.journal.find((one) => one.type === 'question.opened' && (one.ask === 'failure' || one.ask === 'doubt'));
  return {
    points,
    ...(then === undefined ? {} : { then }),
    outcome: run.state.outcome ?? 'endless',
    left: changesLeft(baseline.plan, run.state).map(({ key }) => key),
    ...(asked?.type === 'question.opened' ? { asked: asked.options } : {}),
    breaches: breachesOf(invariants, run),
    run,
  };
}

/** The path without trouble first; no more than `mostPaths`. */
export function* allPaths(baseline: Baseline, most = mostPaths): Generator<Path> {
  let count = 1;
  const straight = playPath(baseline);
  yield straight;
  for (const point of pointsOf(baseline.plan, straight.run)) {
    for (const path of pathsAfter(baseline, [point])) {
      yield path;
      if ((count += 1) >= most) return;
      for (const undo of undosIn(path)) {
        yield playPath(baseline, [point, undo], path.then);
        if ((count += 1) >= most) return;
      }
    }
  }
}

/** One path, or one for each answer where a person is asked. */
function pathsAfter(baseline: Baseline, points: readonly FailurePoint[]): readonly Path[] {
  const path = playPath(baseline, points);
  return path.asked === undefined ? [path] : path.asked.map((option) => playPath(baseline, points, option));
}

/** What was taken back on the path may fail to be. */
function undosIn({ run }: Path): readonly FailurePoint[] {
  const keys = run.journal.flatMap((one) => {
    if (one.type !== 'attempt.started') return [];
    return one.role === 'undo' || run.state.instances[one.key]?.undoFor !== undefined ? [one.key] : [];
  });
  return [...new Set(keys)].map((step) => ({ step, how: 'undo-fails' }));
}

/** Where something can go wrong in what the run did: attempts, expectations, questions. */
function pointsOf(plan: Plan, { journal, state }: VirtualRun): readonly FailurePoint[] {
  const found = new Map<string, FailurePoint>();
  const add = (step: Key, how: FailureKind): void => void found.set(`${step} ${how}`, { step, how });
  for (const one of journal) {
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

function worldOf({ plan, effects, answers }: Baseline, points: readonly FailurePoint[], then: string | undefined): VirtualWorld {
  const told: Told = { plan, effects };
  const trouble = (key: Key, hows: readonly FailureKind[]): FailureKind | undefined =>
    points.find((one) => one.step === key && hows.includes(one.how))?.how;
  // Somebody who asks for another try, or says that nothing happened, gets one that succeeds.
  let isOver = false;
  return {
    resolve: (node, key, state) => resolved(told, node, key, state),
    probe: (_node, key, when) =>
      when === 'before' ? 'false' : when === 'after' ? 'true' : trouble(key, ['in-doubt']) ? 'error' : 'true',
    perform: (node, key, _n, role, state) => {
      if (trouble(key, ['undo-fails']) !== undefined && (role === 'undo' || state.instances[key]?.undoFor !== undefined))
        return { outcome: failedOutcome('exit-code', 'the undo fails') };
      if (role === 'undo') return { outcome: okOf(null, null, true) };
      const how = isOver ? undefined : trouble(key, ['fails', 'times-out', 'in-doubt', 'does-not-hold']);
      return how === undefined ? performed(told, node, key, state) : troubled(how, performed(told, node, key, state));
    },
    cancel: (node) => (node.effect === 'read' ? 'cancelled' : 'unknown'),
    answer: (ask, key, count, state) => {
      if (ask === 'failure' || ask === 'doubt') {
        if (then === undefined || isOver) return 'abort';
        isOver = true;
        return then;
      }
      if (trouble(key, ['unanswered']) !== undefined) return undefined;
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
      return { verdict: scripted ?? options[0] ?? '' };
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

const approver = (count: number): Actor => ({ name: `approver ${String(count)}`, host: 'test', auth: 'claimed' });

function jsonOf(text: string | undefined): Json {
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
