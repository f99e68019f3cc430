/** What the parts of the workflow of one run share. Everything in it follows from the history, so a worker that takes over has the same. */
import * as temporal from '@temporalio/workflow';
import { fold } from '../../interpreter/core/fold/fold.ts';
import type { Decision, Observation, Stamped } from '../../interpreter/core/model/event.ts';
import { initialState } from '../../interpreter/core/model/initial.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import type { Ms } from '../../interpreter/core/model/value.ts';
import type { Cut, FileOf, JournalPlace, TeamOrder, SaidEnd } from '../protocol.ts';
import type { Chain } from './chain.ts';
import { beginning, createChain } from './chain.ts';

export type RunState = 'running' | 'waiting' | 'finished' | 'refused';

export interface Run {
  readonly order: TeamOrder;
  readonly state: State;
  readonly chain: Chain;
  /** Epoch of its records: one engine, however many workers carry it. */
  readonly epoch: number;
  /** What performers hand in, to be appended in order of arrival. */
  readonly inbox: (Observation | Decision)[];
  /** Under way, by `do key`. */
  readonly flights: Map<string, Flight>;
  /** Files beside the journal, by name. */
  readonly files: Map<string, FileOf>;
  readonly locks: Set<string>;
  /** How far the replicas at a queue are known to be. */
  readonly sent: Map<string, JournalPlace>;
  /** What became of each act. */
  readonly said: Map<string, SaidEnd>;
  /** When it was opened: workflow clock, ms. */
  opened: { readonly at: number; readonly wall: string } | undefined;
  /** What searches find it by. */
  told: RunState | undefined;
  /** Something was appended since the loop looked. */
  changed: boolean;
}

export interface Flight {
  cancel(force: boolean): void;
  /** Present for a read, which may be cut short and begun again at no harm. */
  readonly cut?: Cut;
  /** Nobody waits for it any more. */
  drop(): void;
}

export function beginRun(order: TeamOrder): Run {
  const { carried } = order;
  const state = carried === undefined ? initialState(order.plan) : revived(order.plan, carried.state);
  return {
    order,
    state,
    chain: createChain(carried?.place ?? beginning),
    epoch: 1,
    inbox: [],
    flights: new Map(),
    files: new Map(),
    locks: new Set(carried?.locks ?? []),
    sent: new Map(),
    said: new Map(),
    opened: carried?.opened,
    told: undefined,
    changed: false,
  };
}

/** Run clock now, ms. Workflow time: the server's, the same at every replay, whatever the clock of a worker says. */
export const nowIn = (run: Run): Ms => Date.now() - (run.opened?.at ?? Date.now());

export function append(run: Run, event: Observation | Decision): Stamped {
  const now = new Date();
  run.opened ??= { at: now.getTime(), wall: now.toISOString() };
  const t = Math.round(Math.max(run.state.t, nowIn(run)));
  const record = run.chain.append(event, { epoch: run.epoch, t, wall: now.toISOString() });
  fold(run.order.plan, run.state, record);
  run.changed = true;
  return record;
}

/** What a team searches runs by: written when it changes, read by `list`. */
export function tellState(run: Run, state: RunState): void {
  if (run.told === state) return;
  run.told = state;
  temporal.upsertSearchAttributes({
    RunbookState: [state],
    ...(state === 'finished' ? { RunbookOutcome: [run.state.outcome ?? 'unknown'] } : {}),
  });
}

/** The state of a run on its way into the next part: JSON, whose maps have no keys by birth again afterwards. */
function revived(plan: Plan, carried: State): State {
  const fresh = initialState(plan) as unknown as Record<string, unknown>;
  const entries = Object.entries(carried).map(([name, value]) => [name, isRecord(fresh[name]) ? bare(value) : value] as const);
  return Object.assign(fresh, Object.fromEntries(entries)) as unknown as State;
}

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;

const bare = (value: unknown): unknown => Object.assign(Object.create(null) as object, value);
