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

interface Due {
  readonly at: number;
  readonly order: number;
  readonly id: string;
  readonly make: () => Observation | undefined;
}

/** Starts the run, and answers where nobody else is named. */
export const starter: Actor = { name: 'ana', host: 'test', auth: 'claimed' };
/** RFC 3339, of every record: time passes on the run clock only. */
export const openedAt = '2000-01-01T00:00:00.000Z';
const nothing: Value = { json: null };
const done: Outcome = { is: 'ok', changed: true, value: nothing, result: nothing };

/** Plays a plan to its end, or from a cut journal on (then a new engine starts). `limit` bounds the number of records. */
export function virtualRun(plan: Plan, world: VirtualWorld = {}, cut: readonly Stamped[] = [], limit = 20_000): VirtualRun {
  const rules = world.rules ?? { decide, fold };
  const journal: Stamped[] = [];
  const due = new Map<string, Due>();
  const answered = new Set<string>();
  let state = initialState(plan);
  let t = 0;
  let epoch = 1;
  let order = 0;

  const append = (event: Decision | Observation): void => {
    const record = { ...event, seq: journal.length + 1, prev: '', epoch, t, wall: openedAt, sum: '' } as Stamped;
    journal.push(record);
    world.onRecord?.(record, state);
    state = rules.fold(plan, state, record);
  };
  const schedule = (id: string, after: number, make: () => Observation | undefined): void => {
    order += 1;
    due.set(id, { at: t + Math.max(0, after), order, id, make });
  };
  const nodeOf = (key: string): Node => nodeAt(plan, state.instances[key]?.node ?? -1);

  /** True when a record was written, so that decide must be asked again. */
  const perform = (command: Exclude<Command, { do: 'append' }>): boolean => {
    if (command.do === 'wake') {
      due.delete('wake');
      schedule('wake', command.at - t, () => ({ type: 'time.reached' }));
      return false;
    }
    if (command.do === 'attempt') return attempt(command);
    if (command.do === 'cancel') return cancel(command.key);
    const { key } = command;
    const id = `${command.do}:${key}`;
    if (due.has(id)) return false;
    const node = nodeOf(key);
    if (command.do === 'resolve')
      schedule(id, 1, () => ({ type: 'step.resolved', key, when: 'true', shown: key, ...world.resolve?.(node, key, state) }));
    else if (command.do === 'probe') {
      const { when } = command;
      schedule(id, 1, () => ({ type: 'probe.finished', key, when, holds: world.probe?.(node, key, when, state) ?? 'true' }));
    } else schedule(id, 1, () => ({ type: 'undo.captured', key, old: nothing, ...world.capture?.(node, key) }));
    return false;
  };

  const attempt = ({ key, n, role, until }: Extract<Command, { do: 'attempt' }>): boolean => {
    append({ type: 'attempt.started', key, n, role, until, input: '', cookie: '' });
    const { outcome, expect, fault, takes = 10 } = world.perform?.(nodeOf(key), key, n, role, state) ?? { outcome: done };
    const more = { ...(expect === undefined ? {} : { expect }), ...(fault === undefined ? {} : { fault }) };
    if (takes !== Infinity)
      schedule(`attempt:${key}`, takes, () => ({ type: 'attempt.finished', key, n, role, outcome, ...more }));
    return true;
  };

  const cancel = (key: string): boolean => {
    const instance = state.instances[key];
    if (due.has(`cancelled:${key}`) || instance === undefined) return false;
    due.delete(`attempt:${key}`);
    const { n } = instance;
    const role = instance.undoState === 'doing' && state.open[key] === undefined ? 'undo' : 'do';
    const is = world.cancel?.(nodeOf(key), key, n) ?? 'cancelled';
    const fault = { class: 'cancelled', code: 'cancelled', message: '' } as const;
    const outcome: Outcome = is === 'ok' ? done : { is, fault };
    schedule(`cancelled:${key}`, 1, () => ({ type: 'attempt.finished', key, n, role, outcome }));
    return false;
  };

  const answerQuestions = (): void => {
    for (const [id, { ask, key, shown }] of Object.entries(state.questions)) {
      if (answered.has(id)) continue;
      answered.add(id);
      const given = world.answer === undefined ? 'yes' : world.answer(ask as Question, key, Number(id.split(':').at(-1)), state);
      if (given === undefined) continue;
      const answer = typeof given === 'string' ? { verdict: given } : given;
      schedule(`answer:${id}`, 5, () => ({ type: 'question.closed', id, by: starter, shown, ...answer }));
    }
  };

  /** Attempts may last for ever; everything else that is performed is due. */
  const isPerforming = (): boolean => {
    for (const id of due.keys()) if (/^(resolve|probe|capture|attempt|cancelled):/.test(id)) return true;
    for (const key in state.open) {
      const instance = state.instances[key];
      if (instance?.status === 'running' && instance.container === undefined) return true;
    }
    return false;
  };

  /** What happens next, by the clock. */
  const next = (): boolean => {
    let best: Due | undefined;
    for (const one of due.values())
      if (best === undefined || one.at < best.at || (one.at === best.at && one.order < best.order)) best = one;
    if (best === undefined) return false;
    due.delete(best.id);
    t = Math.max(t, best.at);
    const event = best.make();
    if (event !== undefined) append(event);
    return true;
  };

  const replay = (): void => {
    for (const record of cut) {
      journal.push(record);
      state = rules.fold(plan, state, record);
      t = record.t;
      epoch = record.epoch + 1;
    }
  };

  const open = (): void => {
    if (cut.length === 0)
      append({
        type: 'run.opened',
        ...{ run: 'virtual', runbook: plan.runbook.id, format: 1, tool: 'test', plan: plan.hash },
        ...{ operator: starter, env: plan.environment.name, seed: 'seed' },
      });
    append({ type: 'engine.started', pid: 1, boot: 'b', gap: 0 });
    for (const [index, { at, act }] of (world.controls ?? []).entries())
      if (at >= t)
        schedule(`control:${String(index)}`, at - t, () => ({ type: 'control', id: `c${String(index)}`, by: starter, act }));
  };

  replay();
  open();
  while (state.phase !== 'finished' && journal.length < limit) {
    const commands = rules.decide(plan, state);
    const decision = commands.find((command) => command.do === 'append');
    if (decision !== undefined) {
      append(decision.event);
      continue;
    }
    if (commands.some((command) => command.do !== 'append' && perform(command))) continue;
    if (standsStill(state, { performing: isPerforming(), alarm: due.has('wake') }))
      return { journal, state, stuck: true, stoodStill: journal.length };
    answerQuestions();
    if (!next()) return { journal, state, stuck: true };
  }
  return { journal, state, stuck: state.phase !== 'finished' };
}
