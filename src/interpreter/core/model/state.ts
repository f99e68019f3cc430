/** State: plain JSON, the fold of all events. Owned and mutated by fold only. */
import type { Question, Shown } from './event.ts';
import type { Moment } from './plan.ts';
import type { Phase, RunOutcome, Status, Stop } from './status.ts';
import type { Actor, Effect, Fault, Key, Ms, Outcome, Sha, Value, Verdict } from './value.ts';

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
  /** What its attempts warned of. */
  warnings?: string[];
  fault?: Fault;
  startedAt?: Ms;
  finishedAt?: Ms;
  since: Ms;
  /** Time in which its questions waited for an answer, and since when the open one does. */
  people?: Ms;
  askedAt?: Ms;
  // -- facts that decide-step judges by; each is set by one event
  when?: Verdict;
  /** Items of a forEach, in order. */
  list?: readonly Value[];
  /** Newest doneWhen reading. */
  probed?: 'before' | 'after' | 'doubt';
  holds?: Verdict;
  captured?: boolean;
  /** Effect as the server knows it: may only be stricter than the plan's. */
  effect?: Effect;
  /** How the newest attempt ended. */
  last?: Outcome['is'];
  expect?: Verdict;
  /** Attempts that do not count against `attempts`: those before an operator's retry or a resume. */
  base?: number;
  /** Attempts that may have had an effect. */
  effects?: number;
  /** The end of the attempt was lost with an engine: the next attempt does not count against `attempts`. */
  lost?: boolean;
  /** What it started may still run, on a host that does not answer. */
  mayRun?: true;
  // -- questions
  ask?: Question;
  /** Questions opened so far: makes their ids unique. */
  asks?: number;
  answer?: Answer;
  /** Questions answered with yes, for the rendering `agreedTo`. */
  agreed?: Question[];
  agreedTo?: Sha;
  approvers?: string[];
  /** Their proven names: one person may come by two ways. */
  approverNames?: string[];
  /** All approvals of a step have one limit, counted from the first question. */
  approveBy?: Ms;
  // -- containers: groups, forEach, tripped watch entries
  /** Children or items may start. */
  /** The step that made its failure good. */
  repairedBy?: Key;
  /** A group that contains failures: something in it has failed, and nothing new starts in it. */
  contained?: true;
  container?: 'group' | 'items' | 'undo';
  /** Children of a group that have not ended. */
  left?: number;
  /** Children that succeeded. */
  good?: number;
  /** Watch: when it tripped last. */
  trippedAt?: Ms;
  /** A child was skipped or cancelled because of a stop. */
  cut?: boolean;
  /** Comms: what the sending is about. */
  sending?: { readonly moment: string; readonly of?: Key };
  // -- undo
  undoing?: Undoing;
  /** The undo step instance belongs to that instance's registered undo. */
  undoFor?: Key;
  /** Next of the node's `undoSteps`. */
  undoNext?: number;
  /** Fault of the undo attempt. */
  undoFault?: Fault;
  /** The undo found a change of somebody else: what it is, until somebody decides. */
  conflict?: Fault;
  /** Decided: what somebody else has made of it stays, or is replaced by what was there before the step. */
  overForeign?: 'keep' | 'overwrite';
  /** Decided: neither; no further undo is performed. */
  undoStopped?: true;
  /** Who performs the undo now: key of an undo node's instance, or '' for the undo section. */
  undoBy?: Key;
}

export interface Answer {
  readonly ask: Question;
  readonly verdict: string;
  readonly by?: Actor;
  readonly reason?: string;
  readonly value?: Value;
}

/** Registered undos being performed one after the other. */
export interface Undoing {
  readonly keys: readonly Key[];
  at: number;
  bad: number;
}

/** A child or root that has not started yet. */
export interface Todo {
  readonly node: number;
  readonly parent?: Key;
  /** Siblings that must end first. */
  waits: number;
  /** A `needs` of it did not succeed. */
  poisoned?: boolean;
}

/** A message that is due but has no sending yet. */
export interface OwedComms {
  readonly node: number;
  readonly moment: Moment;
  readonly of?: Key;
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
  /** Time in which any question waited for an answer, and since when one does. */
  people: Ms;
  askedAt?: Ms;
  seen: Record<string, 1>;
  owedComms: Key[];
  /** Preconditions hold: messages, periods and guards of the run are in force. */
  begun: boolean;
  /** Sections entered so far; none is entered twice. */
  passed: Record<string, 1>;
  /** Roots of the current section that have not ended. */
  left: number;
  /** Not started, waiting for siblings. */
  todo: Record<Key, Todo>;
  /** Not started, nothing to wait for. */
  ready: Record<Key, 1>;
  /** The stop that run.stopping has to record next. */
  /** Of the first validation that failed; owed when all have been tried. */
  heldStop?: Stop;
  owedStop?: Stop;
  /** Failures of steps with `critical: false`, and failed steps that an operator skipped. */
  warnings: number;
  /** A write was attempted. */
  changed: boolean;
  /** Open questions about a failure: nothing new starts meanwhile. */
  failureQuestions: number;
  undoing?: Undoing;
  undoFailed: number;
  /** The step named by `stopAfter` has ended. */
  limited: boolean;
  /** An abort after the outcome was settled: closing and postmortem end now. */
  cutShort: boolean;
  /** Steps that an operator wants skipped when their turn comes. */
  skips: Record<Key, { readonly reason: string; readonly by: Actor }>;
  /** stepMode: how many may start before it waits again. */
  allowance: number;
  messages: OwedComms[];
  /** Sendings so far per comms node; time of the next periodic one. */
  sendings: Record<Key, number>;
  nextEvery: Record<Key, Ms>;
  /** Watch nodes in force or still to start. */
  watches: Record<Key, 'due' | 'live' | 'over'>;
  settledAt?: Ms;
}
