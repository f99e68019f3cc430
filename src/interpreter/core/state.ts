/** State: plain JSON, the fold of all events. Owned and mutated by fold only. */
import type { Shown } from './event.ts';
import type { Actor, Fault, Key, Ms, Sha, Value } from './value.ts';

export type RunOutcome =
  | 'succeeded'
  | 'warning'
  | 'refused'
  | 'failed'
  | 'undone'
  | 'undo-failed'
  | 'unknown'
  | 'aborted'
  | 'timed-out'
  | 'not-answered'
  | 'abandoned';

export type Phase =
  | 'preconditions'
  | 'evidence'
  | 'diagnosis'
  | 'main'
  | 'validations'
  | 'undo'
  | 'finally'
  | 'evidence-after'
  | 'closing'
  | 'postmortem'
  | 'finished';

export interface Stop {
  readonly cause: 'failed' | 'unknown' | 'refused' | 'abort' | 'deadline' | 'not-answered';
  readonly by?: Actor;
  readonly undo: boolean;
  readonly force: boolean;
  readonly key?: Key;
  readonly reason?: string;
}

export type Status =
  | 'waiting'
  | 'resolved'
  | 'asked'
  | 'cleared'
  | 'running'
  | 'judging'
  | 'backoff'
  | 'doubt'
  | 'ok'
  | 'unchanged'
  | 'skipped'
  | 'failed'
  | 'unknown'
  | 'cancelled';

/**
 * One instance of a node: the node itself, an item of its forEach, or a child inside an item's turn.
 * Key = node key + `[i]` per enclosing forEach turn (own included); `~after` for the second reading of evidence; `#n` per comms sending.
 */
export interface Instance {
  key: Key;
  /** Index into plan.nodes. */
  node: number;
  parent?: Key;
  status: Status;
  /** Attempts started. */
  n: number;
  epoch: number;
  item?: Value;
  items?: number;
  input?: Sha;
  show?: Shown;
  shown?: Sha;
  until?: Ms;
  due?: Ms;
  question?: string;
  next?: number;
  live?: number;
  bad?: number;
  value?: Value;
  result?: Value;
  before?: Value;
  undo?: Value;
  /** Undo bookkeeping: registered when the effect starts. */
  undoState?: 'registered' | 'doing' | 'done' | 'failed' | 'used';
  changed?: boolean | 'unknown';
  skipCause?: string;
  fault?: Fault;
  startedAt?: Ms;
  finishedAt?: Ms;
  since: Ms;
}

export interface State {
  run: string;
  seed: string;
  t: Ms;
  epoch: number;
  seq: number;
  phase: Phase;
  stop?: Stop;
  paused: boolean;
  stepMode: boolean;
  controls?: Actor;
  operator?: Actor;
  outcome?: RunOutcome;
  exitCode?: number;
  inputs: Record<string, Value>;
  instances: Record<Key, Instance>;
  open: Record<Key, 1>;
  blockedBy: number[];
  failed: number;
  unknown: number;
  startOrder: Key[];
  undone: number;
  questions: Record<
    string,
    { key: Key; expires?: Ms; shown: Sha; ask: string; options: readonly string[]; show: Shown; from?: readonly string[] }
  >;
  seen: Record<string, 1>;
  owedComms: Key[];
  [extra: string]: unknown;
}
