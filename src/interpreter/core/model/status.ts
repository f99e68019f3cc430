/** How far a run and a step are, and how they end. */
import type { Actor, Key } from './value.ts';

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
  | 'containment'
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
