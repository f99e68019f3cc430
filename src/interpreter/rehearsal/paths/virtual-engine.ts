/** An engine without a system: performs what the core decides in a world of functions under a virtual clock, and writes the journal of it. */
import type { Command } from '../../core/model/command.ts';
import { decide } from '../../core/decide/decide.ts';
import type { Control, Decision, Observation, Question, Stamped } from '../../core/model/event.ts';
import { standsStill } from '../../core/decide/standstill.ts';
import { fold } from '../../core/fold/fold.ts';
import { initialState } from '../../core/model/initial.ts';
import { nodeAt } from '../../core/model/plan-index.ts';
import type { Node, Plan } from '../../core/model/plan.ts';
import type { State } from '../../core/model/state.ts';
import type { Actor, Fault, Outcome, Value, Verdict } from '../../core/model/value.ts';

export interface Played {
  readonly outcome: Outcome;
  readonly expect?: Verdict;
  readonly fault?: Fault;
  /** The worker that performed it was lost, and the engine was not. */
  readonly lost?: 'ended' | 'perhaps';
  /** Milliseconds; Infinity: it ends only when it is cancelled. */
  readonly takes?: number;
}

export interface Answered {
  readonly verdict: string;
  readonly value?: Value;
  readonly by?: Actor;
}

export interface VirtualWorld {
  resolve?(node: Node, key: string, state: State): Partial<Extract<Observation, { type: 'step.resolved' }>>;
  probe?(node: Node, key: string, when: 'before' | 'after' | 'doubt', state: State): Verdict;
  capture?(node: Node, key: string): Partial<Extract<Observation, { type: 'undo.captured' }>>;
  perform?(node: Node, key: string, n: number, role: 'do' | 'undo', state: State): Played;
  /** What happens to a running attempt that is asked to end. */
  cancel?(node: Node, key: string, n: number): Outcome['is'];
  /** undefined: nobody answers. `count`: which question of this kind about this step it is, from 1. */
  answer?(ask: Question, key: string, count: number, state: State): string | Answered | undefined;
  /** Operator controls at moments of the run clock. */
  readonly controls?: readonly { readonly at: number; readonly act: Control }[];
  /** Told of each record of this engine before it is folded. */
  readonly onRecord?: (record: Stamped, before: Readonly<State>) => void;
  /** decide and fold of a mutant of the core. */
  readonly rules?: { readonly decide: typeof decide; readonly fold: typeof fold };
}

export interface VirtualRun {
  readonly journal: Stamped[];
  readonly state: State;
  readonly stuck: boolean;
  /** Number of the record after which nothing but an operator's own idea could have moved the run. */
  readonly stoodStill?: number;
}

/** What will have happened at a moment of the run clock. */
type Pending =
  | { readonly is: 'event'; readonly event: Observation }
  | { readonly is: 'resolve' | 'capture'; readonly key: string }
  | { readonly is: 'probe'; readonly key: string; readonly when: 'before' | 'after' | 'doubt' };

interface Due {
  readonly at: number;
  readonly order: number;
  readonly id: string;
  readonly what: Pending;
}

/** All that a run is, as data, so that a copy of it can go on in another way. */
interface Progress {
  readonly journal: Stamped[];
  readonly due: Map<string, Due>;
  readonly answered: Set<string>;
  state: State;
  t: number;
  readonly epoch: number;
  order: number;
}

export interface VirtualEngine {
  readonly journal: readonly Stamped[];
  /** One record or one moment further; false: nothing more can happen. */
  step(): boolean;
  /** Steps until the run has ended, or the journal has this many records. */
  until(records: number): void;
  run(): VirtualRun;
  /** Goes on from here in another world; both may be stepped from then on. */
  fork(world: VirtualWorld): VirtualEngine;
}

/** Starts the run, and answers where nobody else is named. */
export const starter: Actor = { name: 'ana', host: 'test', auth: 'claimed' };
/** RFC 3339, of every record: time passes on the run clock only. */
export const openedAt = '2000-01-01T00:00:00.000Z';
const nothing: Value = { json: null };
const done: Outcome = { is: 'ok', changed: true, value: nothing, result: nothing };

/** Plays a plan to its end, or from a cut journal on (then a new engine starts). `limit` bounds the number of records. */
export function virtualRun(plan: Plan, world: VirtualWorld = {}, cut: readonly Stamped[] = [], limit = 20_000): VirtualRun {
  const engine = startEngine(plan, world, cut);
  engine.until(limit);
  return engine.run();
}

export function startEngine(plan: Plan, world: VirtualWorld, cut: readonly Stamped[] = []): VirtualEngine {
  const progress: Progress = {
    ...{ journal: [], due: new Map<string, Due>(), answered: new Set<string>() },
    ...{ state: initialState(plan), t: 0, epoch: 1, order: 0 },
  };
  return engineOf(plan, world, replayed(plan, world, progress, cut), true);
}

function replayed(plan: Plan, world: VirtualWorld, progress: Progress, cut: readonly Stamped[]): Progress {
  let { state } = progress;
  for (const record of cut) state = (world.rules?.fold ?? fold)(plan, state, record);
  const last = cut.at(-1);
  return last === undefined ? progress : { ...progress, journal: [...cut], state, t: last.t, epoch: last.epoch + 1 };
}

function engineOf(plan: Plan, world: VirtualWorld, progress: Progress, isNew: boolean): VirtualEngine {
  const rules = world.rules ?? { decide, fold };
  const { journal, due, answered } = progress;
  let isStuck = false;
  let stoodStill: number | undefined;

  const append = (event: Decision | Observation): void => {
    const { epoch, t } = progress;
    const record = { ...event, seq: journal.length + 1, prev: '', epoch, t, wall: openedAt, sum: '' } as Stamped;
    journal.push(record);
    world.onRecord?.(record, progress.state);
    progress.state = rules.fold(plan, progress.state, record);
  };
  const schedule = (id: string, after: number, what: Pending): void => {
    progress.order += 1;
    due.set(id, { at: progress.t + Math.max(0, after), order: progress.order, id, what });
  };
  const instanceOf = (key: string): State['instances'][string] | undefined => progress.state.instances[key];
  const nodeOf = (key: string): Node => nodeAt(plan, instanceOf(key)?.node ?? -1);

  /** True when a record was written, so that decide must be asked again. */
  const perform = (command: Exclude<Command, { do: 'append' }>): boolean => {
    if (command.do === 'attempt') return attempt(command);
    if (command.do === 'cancel') cancel(command.key);
    else if (command.do === 'wake') {
      due.delete('wake');
      schedule('wake', command.at - progress.t, { is: 'event', event: { type: 'time.reached' } });
    } else {
      const { key } = command;
      const id = `${command.do}:${key}`;
      if (due.has(id)) return false;
      schedule(id, 1, command.do === 'probe' ? { is: 'probe', key, when: command.when } : { is: command.do, key });
    }
    return false;
  };

  const attempt = ({ key, n, role, until }: Extract<Command, { do: 'attempt' }>): boolean => {
    append({ type: 'attempt.started', key, n, role, until, input: '', cookie: '' });
    const played = world.perform?.(nodeOf(key), key, n, role, progress.state) ?? { outcome: done };
    const { takes = 10, ...ended } = played;
    if (takes !== Infinity)
      schedule(`attempt:${key}`, takes, {
        is: 'event',
        event: { type: 'attempt.finished', key, n, role, ...ended },
      });
    return true;
  };

  const cancel = (key: string): void => {
    const instance = instanceOf(key);
    if (due.has(`cancelled:${key}`) || instance === undefined) return;
    due.delete(`attempt:${key}`);
    const { n } = instance;
    const role = instance.undoState === 'doing' && progress.state.open[key] === undefined ? 'undo' : 'do';
    const is = world.cancel?.(nodeOf(key), key, n) ?? 'cancelled';
    const fault = { class: 'cancelled', code: 'cancelled', message: '' } as const;
    const outcome: Outcome = is === 'ok' ? done : { is, fault };
    schedule(`cancelled:${key}`, 1, { is: 'event', event: { type: 'attempt.finished', key, n, role, outcome } });
  };

  const answerQuestions = (): void => {
    for (const [id, { ask, key, shown }] of Object.entries(progress.state.questions)) {
      if (answered.has(id)) continue;
      answered.add(id);
      const count = Number(id.split(':').at(-1));
      const given = world.answer === undefined ? 'yes' : world.answer(ask as Question, key, count, progress.state);
      if (given === undefined) continue;
      const answer = typeof given === 'string' ? { verdict: given } : given;
      schedule(`answer:${id}`, 5, { is: 'event', event: { type: 'question.closed', id, by: starter, shown, ...answer } });
    }
  };

  /** Attempts may last for ever; everything else that is performed is due. */
  const isPerforming = (): boolean => {
    for (const id of due.keys()) if (/^(resolve|probe|capture|attempt|cancelled):/.test(id)) return true;
    for (const key in progress.state.open) {
      const instance = instanceOf(key);
      if (instance?.status === 'running' && instance.container === undefined) return true;
    }
    return false;
  };

  const happened = (what: Pending): Observation => {
    if (what.is === 'event') return what.event;
    const { key } = what;
    const node = nodeOf(key);
    switch (what.is) {
      case 'resolve':
        return { type: 'step.resolved', key, when: 'true', shown: key, ...world.resolve?.(node, key, progress.state) };
      case 'capture':
        return { type: 'undo.captured', key, old: nothing, ...world.capture?.(node, key) };
      case 'probe':
        return {
          type: 'probe.finished',
          key,
          when: what.when,
          holds: world.probe?.(node, key, what.when, progress.state) ?? 'true',
        };
    }
  };

  /** What happens next, by the clock. */
  const next = (): boolean => {
    let best: Due | undefined;
    for (const one of due.values())
      if (best === undefined || one.at < best.at || (one.at === best.at && one.order < best.order)) best = one;
    if (best === undefined) return false;
    due.delete(best.id);
    progress.t = Math.max(progress.t, best.at);
    append(happened(best.what));
    return true;
  };

  const step = (): boolean => {
    if (isStuck || progress.state.phase === 'finished') return false;
    const commands = rules.decide(plan, progress.state);
    const decision = commands.find((command) => command.do === 'append');
    if (decision !== undefined) {
      append(decision.event);
      return true;
    }
    if (commands.some((command) => command.do !== 'append' && perform(command))) return true;
    if (standsStill(progress.state, { performing: isPerforming(), alarm: due.has('wake') })) stoodStill = journal.length;
    else {
      answerQuestions();
      if (next()) return true;
    }
    isStuck = true;
    return false;
  };

  const open = (): void => {
    if (journal.length === 0)
      append({
        type: 'run.opened',
        ...{ run: 'virtual', runbook: plan.runbook.id, format: 1, tool: 'test', plan: plan.hash },
        ...{ operator: starter, env: plan.environment.name, seed: 'seed' },
      });
    append({ type: 'engine.started', pid: 1, boot: 'b', gap: 0 });
    for (const [index, { at, act }] of (world.controls ?? []).entries())
      if (at >= progress.t)
        schedule(`control:${String(index)}`, at - progress.t, {
          is: 'event',
          event: { type: 'control', id: `c${String(index)}`, by: starter, act },
        });
  };

  if (isNew) open();
  return {
    journal,
    step,
    until: (records) => {
      while (journal.length < records && step());
    },
    run: () => ({
      journal,
      state: progress.state,
      stuck: progress.state.phase !== 'finished',
      ...(stoodStill === undefined ? {} : { stoodStill }),
    }),
    fork: (other) =>
      engineOf(
        plan,
        other,
        {
          ...progress,
          ...{ journal: [...journal], due: new Map(due), answered: new Set(answered), state: structuredClone(progress.state) },
        },
        false,
      ),
  };
}
