/** A virtual engine: performs commands in a world of functions under a virtual clock and writes the journal that an engine would write. */
import type { Command } from '../../src/interpreter/core/model/command.ts';
import { decide } from '../../src/interpreter/core/decide/decide.ts';
import type { Control, Decision, Observation, Stamped } from '../../src/interpreter/core/model/event.ts';
import { standsStill } from '../../src/interpreter/core/decide/standstill.ts';
import { fold } from '../../src/interpreter/core/fold/fold.ts';
import { initialState } from '../../src/interpreter/core/model/initial.ts';
import { nodeAt } from '../../src/interpreter/core/model/plan-index.ts';
import type { Node, Plan } from '../../src/interpreter/core/model/plan.ts';
import type { State } from '../../src/interpreter/core/model/state.ts';
import type { Actor, Outcome, Value, Verdict } from '../../src/interpreter/core/model/value.ts';

export interface Performed {
  readonly outcome: Outcome;
  readonly expect?: Verdict;
  readonly takes?: number;
}
export interface World {
  resolve?(node: Node, key: string, state: State): Partial<Extract<Observation, { type: 'step.resolved' }>>;
  probe?(node: Node, key: string, when: 'before' | 'after' | 'doubt', state: State): Verdict;
  capture?(node: Node, key: string): Partial<Extract<Observation, { type: 'undo.captured' }>>;
  perform?(node: Node, key: string, n: number, role: 'do' | 'undo'): Performed;
  /** What happens to a running attempt that is asked to end. */
  cancel?(node: Node, key: string, n: number): Outcome['is'];
  /** undefined: nobody answers. */
  answer?(ask: string, key: string, count: number): string | undefined;
  /** Operator controls at moments of the run clock. */
  readonly controls?: readonly { readonly at: number; readonly act: Control }[];
  /** decide and fold of a mutant of the core. */
  readonly rules?: { readonly decide: typeof decide; readonly fold: typeof fold };
}

export const ana: Actor = { name: 'ana', host: 'test', auth: 'claimed' };
export const nothing: Value = { json: null };
export const ok: Performed = { outcome: { is: 'ok', changed: true, value: nothing, result: nothing } };

export function failing(
  kind: 'connection' | 'validation' | 'exit-code' = 'exit-code',
  is: 'failed' | 'notStarted' | 'unknown' = 'failed',
): Performed {
  return { outcome: { is, fault: { class: kind, code: 'test', message: 'as the world wants it' } } };
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly id: string;
  readonly make: () => Observation | undefined;
}

export interface Run {
  readonly journal: Stamped[];
  readonly state: State;
  readonly stuck: boolean;
  /** Number of the record after which nothing but an operator's own idea could have moved the run. */
  readonly stoodStill?: number;
}

/** Plays a plan to its end, or from a cut journal on (then a new engine starts). `limit` bounds the number of records. */
export function simulate(plan: Plan, world: World = {}, cut: readonly Stamped[] = [], limit = 20_000): Run {
  return new Simulation(plan, world, cut).play(limit);
}

class Simulation {
  private readonly journal: Stamped[] = [];
  private state: State;
  private t = 0;
  private epoch = 1;
  private order = 0;
  private readonly due = new Map<string, Due>();
  private readonly answered = new Set<string>();
  private readonly plan: Plan;
  private readonly world: World;

  constructor(plan: Plan, world: World, cut: readonly Stamped[]) {
    this.plan = plan;
    this.world = world;
    this.state = initialState(plan);
    for (const record of cut) this.replay(record);
    if (cut.length === 0) {
      const opened = {
        run: 'r1',
        runbook: 'test',
        format: 1,
        tool: 'test',
        plan: plan.hash,
        operator: ana,
        env: 'test',
        seed: 'seed',
      } as const;
      this.append({ type: 'run.opened', ...opened });
    }
    this.append({ type: 'engine.started', pid: 1, boot: 'b', gap: 0 });
    this.scheduleControls();
  }

  private scheduleControls(): void {
    (this.world.controls ?? []).forEach(({ at, act }, index) => {
      if (at >= this.t)
        this.schedule(`control:${String(index)}`, at - this.t, () => ({
          type: 'control',
          id: `c${String(index)}`,
          by: ana,
          act,
        }));
    });
  }

  private replay(record: Stamped): void {
    this.journal.push(record);
    this.state = this.rules().fold(this.plan, this.state, record);
    this.t = record.t;
    this.epoch = record.epoch + 1;
  }

  private rules(): { decide: typeof decide; fold: typeof fold } {
    return this.world.rules ?? { decide, fold };
  }

  private append(event: Decision | Observation): void {
    const seq = this.journal.length + 1;
    const record = { ...event, seq, prev: '', epoch: this.epoch, t: this.t, wall: '', sum: '' } as Stamped;
    this.journal.push(record);
    this.state = this.rules().fold(this.plan, this.state, record);
  }

  play(limit: number): Run {
    while (this.state.phase !== 'finished' && this.journal.length < limit) {
      const commands = this.rules().decide(this.plan, this.state);
      const decision = commands.find((command) => command.do === 'append');
      if (decision !== undefined) {
        this.append(decision.event);
        continue;
      }
      if (commands.some((command) => this.perform(command))) continue;
      if (this.standsStill()) return this.ended({ stuck: true, stoodStill: this.journal.length });
      this.answerQuestions();
      if (!this.next()) return this.ended({ stuck: true });
    }
    return this.ended({ stuck: this.state.phase !== 'finished' });
  }

  private ended(how: Pick<Run, 'stuck' | 'stoodStill'>): Run {
    return { journal: this.journal, state: this.state, ...how };
  }

  private standsStill(): boolean {
    return standsStill(this.state, { performing: this.isPerforming(), alarm: this.due.has('wake') });
  }

  /** Attempts may last for ever; everything else that is performed is due. */
  private isPerforming(): boolean {
    for (const id of this.due.keys()) if (/^(resolve|probe|capture|attempt|cancelled):/.test(id)) return true;
    for (const key in this.state.open) {
      const instance = this.state.instances[key];
      if (instance?.status === 'running' && instance.container === undefined) return true;
    }
    return false;
  }

  /** True when a record was written, so that decide must be asked again. */
  private perform(command: Command): boolean {
    if (command.do === 'append') return false;
    if (command.do === 'wake') {
      this.due.delete('wake');
      this.schedule('wake', command.at - this.t, () => ({ type: 'time.reached' }));
      return false;
    }
    const node = this.nodeOf(command.key);
    if (command.do === 'attempt') return this.attempt(node, command);
    if (command.do === 'cancel') return this.cancel(node, command.key);
    const id = `${command.do}:${command.key}`;
    if (this.due.has(id)) return false;
    const { key } = command;
    if (command.do === 'resolve') {
      this.schedule(id, 1, () => ({
        type: 'step.resolved',
        key,
        when: 'true',
        shown: key,
        ...this.world.resolve?.(node, key, this.state),
      }));
    } else if (command.do === 'probe') {
      const { when } = command;
      const holds = (): Verdict => this.world.probe?.(node, key, when, this.state) ?? 'true';
      this.schedule(id, 1, () => ({ type: 'probe.finished', key, when, holds: holds() }));
    } else this.schedule(id, 1, () => ({ type: 'undo.captured', key, old: nothing, ...this.world.capture?.(node, key) }));
    return false;
  }

  private attempt(node: Node, command: Extract<Command, { do: 'attempt' }>): boolean {
    const { key, n, role, until } = command;
    this.append({ type: 'attempt.started', key, n, role, until, input: '', cookie: '' });
    const performed = this.world.perform?.(node, key, n, role) ?? ok;
    const expect = performed.expect === undefined ? {} : { expect: performed.expect };
    const made = { type: 'attempt.finished', key, n, role, outcome: performed.outcome, ...expect } as const;
    if (performed.takes !== Infinity) this.schedule(`attempt:${key}`, performed.takes ?? 10, () => made);
    return true;
  }

  private cancel(node: Node, key: string): boolean {
    const instance = this.state.instances[key];
    if (this.due.has(`cancelled:${key}`) || instance === undefined) return false;
    this.due.delete(`attempt:${key}`);
    const { n } = instance;
    const role = instance.undoState === 'doing' && this.state.open[key] === undefined ? 'undo' : 'do';
    const is = this.world.cancel?.(node, key, n) ?? 'cancelled';
    const fault = { class: 'cancelled', code: 'cancelled', message: '' } as const;
    const outcome: Outcome = is === 'ok' ? ok.outcome : { is, fault };
    this.schedule(`cancelled:${key}`, 1, () => ({ type: 'attempt.finished', key, n, role, outcome }));
    return false;
  }

  private answerQuestions(): void {
    for (const [id, question] of Object.entries(this.state.questions)) {
      if (this.answered.has(id)) continue;
      this.answered.add(id);
      const verdict =
        this.world.answer === undefined ? 'yes' : this.world.answer(question.ask, question.key, Number(id.split(':').at(-1)));
      if (verdict === undefined) continue;
      this.schedule(`answer:${id}`, 5, () => ({ type: 'question.closed', id, verdict, by: ana, shown: question.shown }));
    }
  }

  private nodeOf(key: string): Node {
    return nodeAt(this.plan, this.state.instances[key]?.node ?? -1);
  }

  private schedule(id: string, after: number, make: () => Observation | undefined): void {
    this.order += 1;
    this.due.set(id, { at: this.t + Math.max(0, after), order: this.order, id, make });
  }

  private next(): boolean {
    let best: Due | undefined;
    for (const due of this.due.values()) {
      if (best === undefined || due.at < best.at || (due.at === best.at && due.order < best.order)) best = due;
    }
    if (best === undefined) return false;
    this.due.delete(best.id);
    this.t = Math.max(this.t, best.at);
    const event = best.make();
    if (event !== undefined) this.append(event);
    return true;
  }
}
