/** Every event of a run: types only. One journal line each (journal.jsonl). Decisions come from the core, observations from outside. */
import type { Lane, Moment } from './plan.ts';
import type { RunOutcome, Status, Stop, Phase } from './status.ts';
import type { Actor, Effect, Fault, FilePin, Json, Key, Ms, Outcome, Sha, Value, Verdict } from './value.ts';
import type { Variation } from './variation.ts';

/** What an operator is shown before answering; its hash binds the answer (F48). All texts rendered and masked. */
export interface Shown {
  readonly title: string;
  readonly message?: string;
  /** The text to type, for a typed confirmation. */
  readonly typed?: string;
  readonly effect?: Effect;
  readonly target?: string;
  /** The command, query or request as it will be sent, masked. */
  readonly describe?: string;
  /** What would change, as it was read just before: from and to, for whoever is asked to agree. */
  readonly diff?: string;
  readonly note?: string;
  readonly fields?: Json;
  readonly options?: readonly string[];
  /** A line for each thing to know before choosing: what the options are, what is suggested, what cannot be chosen now and why. */
  readonly about?: readonly string[];
  /** One of the options. */
  readonly suggested?: string;
}

export type Question =
  'confirm' | 'typed' | 'offer' | 'approve' | 'input' | 'choice' | 'manual' | 'doubt' | 'failure' | 'conflict';

export type Decision =
  | { readonly type: 'step.started'; readonly key: Key; readonly node: Key; readonly lane: Lane }
  | {
      readonly type: 'step.skipped';
      readonly key: Key;
      readonly cause: 'when' | 'upstream' | 'operator' | 'stopping' | 'unchanged' | 'offer' | 'only';
      readonly reason?: string;
      readonly by?: Actor;
    }
  | {
      readonly type: 'question.opened';
      readonly id: string;
      readonly key: Key;
      readonly ask: Question;
      readonly show: Shown;
      readonly shown: Sha;
      /** Run clock; absent = waits for ever (postmortem, doubt). */
      readonly expires?: Ms;
      readonly from?: readonly string[];
      readonly options: readonly string[];
    }
  | {
      readonly type: 'retry.scheduled';
      readonly key: Key;
      readonly n: number;
      readonly of: number;
      readonly due: Ms;
      readonly fault: Fault;
    }
  | { readonly type: 'step.finished'; readonly key: Key; readonly status: Status; readonly fault?: Fault }
  | { readonly type: 'phase.entered'; readonly phase: Phase }
  | { readonly type: 'run.stopping'; readonly stop: Stop }
  | { readonly type: 'comms.due'; readonly key: Key; readonly moment: Moment | 'every'; readonly of?: Key }
  | { readonly type: 'run.settled'; readonly outcome: RunOutcome }
  | { readonly type: 'run.finished'; readonly outcome: RunOutcome; readonly exitCode: number };

export type Control =
  | { readonly is: 'pause' | 'continue' | 'stepMode'; readonly reason?: string }
  | { readonly is: 'abort'; readonly undo: boolean; readonly force: boolean; readonly reason: string }
  | { readonly is: 'skip' | 'retry'; readonly key: Key; readonly reason: string }
  | { readonly is: 'extend'; readonly key: Key; readonly by: Ms; readonly reason: string }
  | { readonly is: 'input'; readonly name: string; readonly value: Value; readonly reason: string }
  | { readonly is: 'note'; readonly text: string; readonly key?: Key; readonly reason?: string };

export type Observation =
  | {
      readonly type: 'run.opened';
      readonly run: string;
      readonly runbook: string;
      readonly format: 1;
      readonly tool: string;
      readonly plan: Sha;
      readonly operator: Actor;
      readonly env: string;
      readonly seed: string;
      readonly undoOf?: string;
      /** Only in rehearsals: how the plan differs from the runbook. */
      readonly variation?: Variation;
      /** What the run was started from, beside its plan; compared at every later start. Absent in runs of former versions. */
      readonly pins?: { readonly directory: string; readonly config: FilePin | null };
      /** Step types from outside, as in the plan. */
      readonly stepTypes?: Readonly<
        Record<string, { readonly package: string; readonly version: string; readonly hash: string }>
      >;
    }
  | {
      readonly type: 'engine.started';
      readonly pid: number;
      readonly boot: string;
      readonly gap: Ms;
      /** The configuration of this engine; null: there is none. Absent in runs of former versions. */
      readonly config?: FilePin | null;
      /** The configuration that it replaces, by the will of who named another. */
      readonly configBefore?: FilePin | null;
      /** Names of the secrets that this engine opened at its start. Absent without any, and in runs of former versions. */
      readonly secrets?: readonly string[];
    }
  | { readonly type: 'engine.lost'; readonly why: string }
  | { readonly type: 'time.reached' }
  | { readonly type: 'clock.jumped'; readonly jumpedBy: Ms; readonly asleep: Ms }
  | {
      readonly type: 'step.resolved';
      readonly key: Key;
      readonly when: Verdict;
      readonly items?: readonly Value[];
      /** Hash of the rendered input (type, target, params). */
      readonly input?: Sha;
      readonly show?: Shown;
      readonly shown?: Sha;
      readonly effect?: Effect;
      readonly fault?: Fault;
    }
  | {
      readonly type: 'probe.finished';
      readonly key: Key;
      readonly when: 'before' | 'after' | 'doubt';
      readonly holds: Verdict;
      readonly before?: Value;
      readonly fault?: Fault;
    }
  | { readonly type: 'undo.captured'; readonly key: Key; readonly old?: Value; readonly fault?: Fault }
  | {
      readonly type: 'attempt.started';
      readonly key: Key;
      readonly n: number;
      readonly role: 'do' | 'undo';
      readonly input: Sha;
      readonly cookie: string;
      /** Run clock; 0 = no limit. */
      readonly until: Ms;
    }
  | {
      readonly type: 'attempt.noted';
      readonly key: Key;
      readonly n: number;
      readonly note: 'wait' | 'progress' | 'survivor' | 'connection' | 'warning';
      readonly data: Json;
    }
  | {
      readonly type: 'attempt.finished';
      readonly key: Key;
      readonly n: number;
      readonly role: 'do' | 'undo';
      readonly outcome: Outcome;
      readonly expect?: Verdict;
      readonly fault?: Fault;
      readonly output?: { readonly file: string; readonly bytes: number; readonly sha: Sha };
      /** An undo found what somebody else has changed since, and left it alone: people decide. */
      readonly conflict?: true;
      readonly late?: true;
      /**
       * Whoever performed it was lost, and the engine was not. `ended`: nothing of it runs any more; `perhaps`: its processes may still run on a
       * host that does not answer.
       */
      readonly lost?: 'ended' | 'perhaps';
    }
  | {
      readonly type: 'question.closed';
      readonly id: string;
      /** One of the options: yes, no, done, not-done, retry, skip, undo, abort, expired; `answered` with a value for input. */
      readonly verdict: string;
      readonly value?: Value;
      readonly by: Actor;
      readonly reason?: string;
      readonly shown: Sha;
      /** Act of a viewer that brought the answer, so that it can be told what became of it. */
      readonly via?: string;
    }
  | { readonly type: 'answer.ignored'; readonly id: string; readonly by: Actor; readonly why: string; readonly via?: string }
  | { readonly type: 'control'; readonly id: string; readonly by: Actor; readonly act: Control }
  | { readonly type: 'viewer'; readonly is: 'attached' | 'detached' | 'took'; readonly by: Actor };

/** t: run clock, ms since the run opened, never backwards. wall: RFC 3339, for people only. prev: hash of the line before. sum: of the line itself, last. */
export type Stamped = (Decision | Observation) & {
  readonly seq: number;
  readonly prev: Sha;
  readonly epoch: number;
  readonly t: Ms;
  readonly wall: string;
  readonly sum: string;
};
