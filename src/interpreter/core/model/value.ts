/** Instance key: `step`, `step[2]` (an item of forEach), `step[2][0]` (nested), `call/step` (inside a called runbook). */
export type Key = string;
/** A file by its content. */
export interface FilePin {
  readonly path: string;
  readonly sha: Sha;
}
/** Stands where a secret stood. */
export const mask = '***';
/** Milliseconds: of the run clock, or a duration. */
export type Ms = number;
/** Hexadecimal SHA-256. */
export type Sha = string;
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * A value as the journal and the state carry it. All marks are JSON pointers beside the data:
 * nothing is marked inside the data itself.
 */
export interface Value {
  readonly json?: Json;
  /** Too large for the journal: a file in `output/`, loaded only when an expression reads it. */
  readonly ref?: { readonly sha: Sha; readonly bytes: number; readonly media: string; readonly head: string };
  /** Pointers whose text was replaced by a mask because it contained a secret; reading one is an error, never `***`. */
  readonly masked?: readonly string[];
  /** Pointers of texts whose middle is missing (output beyond what is kept); reading one in an expression is an error: a check over part of a text would be a guess. */
  readonly cut?: readonly string[];
  /** Pointers of texts made of bytes that are not text in their encoding: what cannot be read is shown as U+FFFD; reading one in an expression is an error. */
  readonly undecoded?: readonly string[];
  /** Pointer -> name of the secret that belongs there; opened only at declared sinks. */
  readonly secret?: Readonly<Record<string, string>>;
  /** Pointers of 64-bit integers carried as decimal text (offsets, int8). */
  readonly int64?: readonly string[];
  /** Pointers of durations (`20m`) and timestamps (RFC 3339) carried as text: expressions compare them as what they are. */
  readonly times?: readonly string[];
}

export interface Actor {
  readonly name: string;
  readonly uid?: number;
  readonly host: string;
  /** vouched: an account that the configuration trusts with it (`vouchingAccounts`) has proved who it is. Such an actor has no uid of its own. */
  readonly auth: 'uid' | 'claimed' | 'vouched' | 'engine';
  /** Name of the system's user, where `name` is only claimed, or of the one that vouches. */
  readonly account?: string;
  /** Roles that the one who vouches has found proven as well. */
  readonly roles?: readonly string[];
  /** The configuration declares that several people use this account. */
  readonly shared?: true;
  /** Absent: a person. */
  readonly kind?: 'person' | 'agent' | 'schedule' | 'webhook';
  /** Name, or `user:<uid>`, of whoever the actor acts for. */
  readonly onBehalfOf?: string;
}

export type FaultClass =
  | 'precondition'
  | 'validation'
  | 'timeout'
  | 'connection'
  | 'auth'
  | 'exit-code'
  | 'cancelled'
  | 'config'
  | 'plugin'
  | 'expression'
  | 'noData'
  | 'answer'
  | 'unknown';

/** Why something did not work: a closed class for policies, a documented code, and words for the operator. */
export interface Fault {
  readonly class: FaultClass;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export type Effect = 'read' | 'write' | 'destructive';
/** A check has three results; no data is none of them (L4). */
export type Verdict = 'true' | 'false' | 'error' | 'noData';

export type Outcome =
  | { readonly is: 'ok'; readonly changed: boolean | 'unknown'; readonly value: Value; readonly result: Value }
  | {
      readonly is: 'failed' | 'notStarted' | 'unknown' | 'cancelled';
      readonly fault: Fault;
      /** It failed on its way, and what it did until then is not known. */
      readonly changed?: 'unknown';
      readonly result?: Value;
      readonly value?: Value;
    };
