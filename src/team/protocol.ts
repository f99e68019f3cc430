/** What workflow, workers and clients say to each other: data only, so that a run continues on a worker of another version. */
import type { Observation } from '../interpreter/core/model/event.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import { baseTarget } from '../interpreter/core/model/target.ts';
import type { State } from '../interpreter/core/model/state.ts';
import type { Actor, FilePin, Key, Ms } from '../interpreter/core/model/value.ts';
import type { Roles } from '../interpreter/engine/approval.ts';
import type { Act } from '../interpreter/link/protocol.ts';
import type { JournalPlace } from '../interpreter/store/journal-read.ts';
import type { Origin } from '../interpreter/store/run-directory.ts';

export type { JournalPlace };

/** What a run is started with. Secrets are never among it: each worker opens those of its own configuration. */
export interface TeamOrder {
  readonly run: string;
  readonly plan: Plan;
  /** Text of the runbook. */
  readonly source: string;
  readonly origin: Origin;
  readonly actor: Actor;
  readonly roles: Roles;
  readonly config: FilePin | null;
  /** Answers given beforehand, by step. */
  readonly answers: Readonly<Record<string, string>>;
  /** 64 random bits, hexadecimal. */
  readonly seed: string;
  /** Task queue of the workflow and of what has no zone. */
  readonly queue: string;
  /** Target -> zone, for targets that have one. */
  readonly zones: Readonly<Record<string, string>>;
  readonly limits: TeamLimits;
  /** Set by a run that continues as new. */
  readonly carried?: Carried;
}

export interface TeamLimits {
  /** How long a worker may be silent before what it performs counts as lost. */
  readonly heartbeatMs: Ms;
  /** How long the host of a lost worker is asked whether anything of it still runs. */
  readonly hostMs: Ms;
  /** How long a step waits for a worker before the run says that none has taken it. */
  readonly untakenMs: Ms;
  /** Records after which a run continues as new, besides the server's own advice; absent: never by itself. */
  readonly recordsPerPart?: number;
}

/** What a part of a run hands to the next one: the folded state, and where its records stand. */
export interface Carried {
  readonly state: State;
  readonly place: JournalPlace;
  readonly opened: { readonly at: number; readonly wall: string };
  readonly locks: readonly string[];
  /** The parts before, oldest first: their execution, and the number of their last record. */
  readonly parts: readonly RunPart[];
  /** Reads that were cut short by the change, to be begun again. */
  readonly cut: readonly Cut[];
}

export interface Cut {
  readonly key: Key;
  readonly n: number;
  readonly role: 'do' | 'undo';
}

export interface RunPart {
  readonly execution: string;
  readonly last: number;
}

/** A file of a run, beside its journal. */
export interface FileOf {
  /** Inside the run's folder. */
  readonly name: string;
  /** As it is where it is text, else in base 64. */
  readonly text?: string;
  readonly base64?: string;
}

/** The journal as the replica of a worker needs it: lines after `after`, up to the command. */
export interface Catching {
  readonly run: string;
  readonly after: JournalPlace;
  readonly lines: readonly string[];
}

/** What a replica begins with. */
export type RunStart = Pick<TeamOrder, 'plan' | 'source' | 'origin' | 'config' | 'roles' | 'zones'> & {
  /** Earlier parts of the run, whose records are asked of them. */
  readonly parts: readonly RunPart[];
};

export type Work =
  | { readonly do: 'resolve'; readonly key: Key }
  | { readonly do: 'probe'; readonly key: Key; readonly when: 'before' | 'after' | 'doubt' }
  | { readonly do: 'capture'; readonly key: Key }
  | { readonly do: 'attempt'; readonly key: Key; readonly n: number; readonly role: 'do' | 'undo'; readonly until: Ms };

export interface Performing {
  readonly work: Work;
  readonly catching: Catching;
  /** Run clock at which it was ordered. */
  readonly t: Ms;
}

export interface WorkDone {
  readonly events: readonly Observation[];
  readonly files: readonly FileOf[];
  readonly locks: readonly string[];
}

/** Type of the failure of a worker that was told to stop before it had done what it was asked. */
export const workerLeft = 'worker-left';

export type Opening =
  | {
      readonly is: 'open';
      readonly pid: number;
      readonly boot: string;
      readonly secrets: readonly string[];
      readonly config: FilePin | null;
    }
  | { readonly is: 'refused'; readonly exitCode: number; readonly message: string; readonly hint?: string };

/** What a worker's heartbeat tells of it. */
export interface Sign {
  readonly host: string;
}

export interface Said {
  /** Unique for each act; the same id again is the same act. */
  readonly id: string;
  readonly act: Act;
  readonly by: Actor;
}

export type Masked = { readonly is: 'masked'; readonly act: Act } | { readonly is: 'refused'; readonly why: string };

/** `Acted` of the port. */
export type SaidEnd =
  { readonly ok: true; readonly seq: number } | { readonly ok: false; readonly why: string; readonly hint?: string };

export interface JournalPage {
  readonly lines: readonly string[];
  readonly finished: boolean;
  /** Absent in the first part of a run. */
  readonly before?: readonly RunPart[];
}

export type RunEnd =
  { readonly is: 'finished'; readonly outcome: string; readonly exitCode: number } | Extract<Opening, { is: 'refused' }>;

/** Activities that a worker offers. */
export interface Activities {
  open(order: TeamOrder): Promise<Opening>;
  perform(performing: Performing): Promise<WorkDone>;
  mask(said: Said, catching: Catching): Promise<Masked>;
  survivors(run: string, key: Key, n: number): Promise<readonly Observation[]>;
  close(run: string, locks: readonly string[]): Promise<void>;
}

/** Names of queries, updates and signals of a run. */
export const names = {
  opened: 'opened',
  act: 'act',
  noted: 'noted',
  journal: 'journal',
  files: 'files',
  file: 'file',
  order: 'order',
} as const;

/** The workflow of a run, its queue on one host, a lock. */
export const workflowId = (run: string): string => `runbook-run:${run}`;
export const hostQueue = (queue: string, host: string): string => `${queue}@${host}`;
export const lockId = (name: string): string => `runbook-lock:${name}`;
/** Of a place as a step names it, `db/member` or `db@host:x` too. Undefined: where the run is. */
export const zoneOf = (zones: Readonly<Record<string, string>>, target: string | undefined): string | undefined =>
  target !== undefined && Object.hasOwn(zones, baseTarget(target)) ? zones[baseTarget(target)] : undefined;
export const zoneQueue = (queue: string, zone: string): string => `${queue}/${zone}`;
