/**
 * The port of a step type: a data manifest plus lazily loaded code. A step type is one folder under src/steps.
 * `index.ts` exports `stepType`; drivers are imported only by `run.ts`, grammars only by `lint.ts`.
 */
import type { AsCommand } from './command-line.ts';
import type { Effect, FaultClass, Json, Key, Ms } from '../core/model/value.ts';

export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Finding {
  readonly code: string;
  readonly severity?: 'error' | 'warning';
  /** JSON pointer inside the step's own mapping, e.g. `/query`; `` = the step. */
  readonly pointer: string;
  /** Offset and length inside the text at the pointer, for grammars. */
  readonly offset?: number;
  readonly length?: number;
  readonly message: string;
  readonly hint?: string;
}

/** What lint of a step type sees: the step's own parameters as written, and which leaves are templates. */
export interface LintSubject {
  readonly params: Readonly<Record<string, Json>>;
  /** All keys of the step, common ones too. */
  readonly step: Readonly<Record<string, Json>>;
  /** True when the leaf at this pointer contains no template. */
  literal(pointer: string): boolean;
  /** Type of the declared target, if the step has one. */
  readonly targetType?: string;
  /** Only when lint was asked to look at this machine as well: folder of the runbook. Without it a finding must not depend on where lint runs. */
  readonly machine?: { readonly directory: string };
}

export type SinkKind =
  | 'argv'
  | 'env'
  | 'sqlBind'
  | 'httpBody'
  | 'httpHeader'
  | 'text'
  | 'message'
  | 'url'
  | 'redisArg'
  | 'kafkaRecord'
  | 'path'
  | 'pattern'
  | 'stdin'
  | 'promql'
  | 'postgresql'
  | 'script';

export interface Manifest {
  readonly port: 1;
  readonly type: string;
  readonly summary: string;
  /** JSON Schema (draft-07 subset) of the step type's own keys: an object schema, additionalProperties false, with descriptions. */
  readonly params: Json;
  /** JSON Schema of the result; `x-int64: true` marks 64-bit integers carried as decimal text. */
  readonly result: Json;
  /** CEL path of the principal value inside `result`, e.g. `result.stdout`; null: the whole result. */
  readonly value: string | null;
  /** Type of target it talks to; `schema` describes the configuration entry (without `type`). */
  readonly target?: {
    readonly types: readonly string[];
    readonly schema: Json;
    readonly required: boolean;
    /** Own key that names the target, where it reads better than the common key `target`: messages go `to` somebody. */
    readonly key?: string;
  };
  /** A result without rows, series or members is no data (docs/no-data.md). */
  readonly emptyIsNoData?: true;
  /** What it does is tell people something: no change of a system, and nothing to take back. */
  readonly tellsPeople?: true;
  /** Own keys that say what is read. Two steps that agree in them and in the target read the same number at the same moment. */
  readonly readingOf?: readonly string[];
  /** JSON pointers (with `*`) where `{{secrets.x}}` is allowed. */
  readonly secretAt: readonly string[];
  /** JSON pointers into the result (with `*`) of what are credentials whatever the author says: they are masked. */
  readonly sensitiveAt?: readonly string[];
  readonly sinkAt: Readonly<Record<string, SinkKind>>;
  /** Pointers where no template is allowed (script text, SQL text). */
  readonly forbidTemplateAt: readonly string[];
  /** Pointers of Handlebars message texts (if/each and helpers allowed). */
  readonly messageAt?: readonly string[];
  /** Pointers whose text is a duration (`30s`): the plan turns them into milliseconds. Those in scaledAt are waits, which a rehearsal shortens. */
  readonly durationAt?: readonly string[];
  readonly scaledAt?: readonly string[];
  /** Of `durationAt`: intervals between readings. A rehearsal divides them too, but not below a second, which is what monitoring scrapes at best. */
  readonly intervalAt?: readonly string[];
  readonly kind: 'effect' | 'ask' | 'check' | 'undo' | 'sleep' | 'call';
  /** Default timeout of an attempt, ms. */
  readonly timeout: Ms;
  /** Common keys that this type requires, e.g. `until`. */
  readonly requires?: readonly string[];
}

export interface Facts {
  readonly effect: Effect;
  readonly repeatable: boolean;
  /** May be polled with until. */
  readonly observe: boolean;
  readonly undo: 'restore' | 'none';
  /** Why this is not a read, and what the author can do about it; told where only reads may appear. */
  readonly doubt?: { readonly why: string; readonly hint: string };
  /** Type of the principal value for these parameters, if narrower than the manifest's; JSON Schema. */
  readonly valueSchema?: Json;
  /** CEL path of the principal value for these parameters, if another than the manifest's. */
  readonly value?: string;
}

/** Where a step type from outside comes from: recorded in plan and journal, compared before a run is resumed (T20). */
export interface StepTypeOrigin {
  /** Name in its package.json. */
  readonly package: string;
  readonly version: string;
  /** `sha256:` over all files of the package. */
  readonly hash: string;
}

/** One mistake in the parameters of a step, as JSON Schema validators tell it. */
export interface ParamsError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly schemaPath: string;
}

/** A bound target as lint sees it. */
export interface TargetEntry {
  readonly name: string;
  readonly type: string;
  /** Without `type`; secrets as written. */
  readonly entry: Json;
  /** Directory of the runbook file. */
  readonly directory: string;
}

/** Something that a step changes, as its parameters name it. */
export interface Change {
  /** In words, the same for the same thing: `the flag "checkout"`. */
  readonly thing: string;
  /** Where the step names it. */
  readonly pointer: string;
  /** Without a target it is another thing in each folder of runbooks. */
  readonly inFolder?: true;
}

export interface StepType {
  readonly manifest: Manifest;
  /** Absent: built in. */
  readonly origin?: StepTypeOrigin;
  /** Validates parameters as written against `params`, keys apart; built-in types have validators that were compiled ahead of time. */
  readonly validate?: (params: unknown) => readonly ParamsError[];
  /**
   * Pure; called at plan and lint time with parameters as written (templates as text), and once more with the final ones before what was planned
   * as a read is performed. The plan knows the type of the declared target too, since
   * it may decide whether a repetition is safe; lint does not ask for that.
   */
  facts(params: Readonly<Record<string, Json>>, target?: { readonly type: string }): Facts;
  /**
   * Pure; what a step with these parameters changes, so that lint finds runbooks that change the same without a common lock. Only what two runs
   * could spoil for each other, and only where it is named literally: a template names something else in each run.
   */
  changes?(params: Readonly<Record<string, Json>>): readonly Change[];
  /**
   * Pure; what a step without a title does, as a short order for a list: `Read the flag checkout`. Parameters as for `facts`.
   */
  does?(params: Readonly<Record<string, Json>>): string;
  /** Loads the step type's own rules. */
  lint?(): Promise<(subject: LintSubject) => readonly Finding[] | Promise<readonly Finding[]>>;
  /** Loads the rule for entries of the configuration: what is wrong with one, in words without its values; secrets are still references. */
  lintEntry?(): Promise<(entry: TargetEntry) => string | undefined | Promise<string | undefined>>;
  /** Turns sugar into plain parameters at plan time. */
  lower?(params: Readonly<Record<string, Json>>): Readonly<Record<string, Json>>;
  /**
   * Loads how a person would do the step by hand: one command line, for `plan` and `show`. Absent where there is none (people, messages).
   * What is not known yet stays `{{...}}`; secrets and unbound targets become shell variables.
   */
  asCommand?(): Promise<AsCommand>;
  /** Absent for kinds that the engine performs itself (ask, check, undo). */
  readonly load?: () => Promise<Runner>;
}

export interface Runner {
  /** Opens what several steps of a run share (a client). Must not block beyond the deadline. */
  open(context: OpenContext): Promise<Session>;
}

/** Parameters are rendered JSON (secrets already opened at their sinks); each runner narrows them itself. */
export interface Session {
  /** One line: the command, query or request as it will be sent. Secrets come masked in `params` here. */
  describe(params: Json): string;
  run(params: Json, context: RunContext): Promise<Done>;
  /** Old state for `undo: restore`; what it returns is journaled. */
  capture?(params: Json, context: RunContext): Promise<Json>;
  /**
   * Puts the captured state back by compare-and-set. Fails with the code `changed-meanwhile` when somebody else has changed it since: then people are
   * asked, and when they want the captured state back all the same it is called again with `context.overwrite`.
   */
  restore?(old: Json, params: Json, context: RunContext): Promise<Done>;
  /** For `runbook check` and confirmations: what a write would change; touches nothing. */
  preview?(params: Json, context: RunContext): Promise<{ readonly diff: string; readonly data: Json }>;
  /** Facts that only the server knows; may only be stricter. */
  facts?(params: Json, context: RunContext): Promise<{ readonly effect: Effect }>;
  close(): Promise<void>;
}

export interface OpenContext {
  /** The configuration entry of the target, secrets opened; null when the step has none. */
  readonly target: Json;
  /** Name of the target as the runbook says it. */
  readonly targetName?: string;
  /** Type of the target in the configuration: chat, pager, ticket, ... */
  readonly targetType?: string;
  readonly secret: (name: string) => Promise<string>;
  readonly signal: AbortSignal;
  /** Milliseconds that may still pass. */
  readonly deadline: Ms;
  /** Directory of the runbook file: working directory of children and root of relative paths. */
  readonly directory: string;
}

/** Code of a `restore` that found a change of somebody else and left it alone. */
export const changedMeanwhile = 'changed-meanwhile';

export interface Warning {
  /** For machines, such as `background-processes`. */
  readonly code: string;
  readonly message: string;
  readonly data?: Json;
}

export interface RunContext extends OpenContext {
  /** Aborts after `signal` when an operator does not want to wait for an orderly end: whatever still runs is ended at once. */
  readonly force?: AbortSignal;
  readonly key: Key;
  readonly attempt: number;
  /** Constant over the attempts of one instance; changes with the run. */
  readonly idempotencyKey: string;
  /** Value of the environment variable RUNBOOK_COOKIE in children, so that survivors can be found. */
  readonly cookie: string;
  readonly startedAt: string;
  readonly clock: { now(): Ms; wall(): Date; sleep(ms: Ms, signal: AbortSignal): Promise<void> };
  output(stream: 'out' | 'err', chunk: Uint8Array): Promise<void>;
  progress(progress: { readonly done?: number; readonly of?: number; readonly text?: string }): void;
  /** Recorded at the step and shown wherever the run is told: something that the operator should know although the step may be ok. */
  warn(warning: Warning): void;
  /** Call just before the first byte that may have an effect leaves. */
  readonly sent: () => void;
  file(name: string): { write(chunk: Uint8Array): Promise<void>; done(): Promise<Json> };
  /** Registers a secret that the step itself obtained: masked from now on. */
  keepSecret(name: string, value: string): Json;
  /** `restore` only: somebody has decided that a change of somebody else is replaced. */
  readonly overwrite?: true;
  /** The step is a message about the end of its run. */
  readonly closing?: true;
  /** Files that a message may carry, made when they are asked for; absent outside of a run. */
  attachments?(kinds: readonly string[]): Promise<readonly Attachment[]>;
}

/**
 * wire: notStarted = nothing left this machine; refused = the other side answered no; unknown = may have happened.
 * noData: the result is empty (no series, NaN, nil): onNoData decides.
 */
export type Done =
  | {
      readonly ok: true;
      readonly changed: boolean | 'unknown';
      readonly result: Json;
      readonly noData?: boolean;
      /** With noData: what is missing, in words. */
      readonly missing?: string;
      /** JSON pointers into `result`: texts of which only the first and the last part were kept. */
      readonly cut?: readonly string[];
      /** JSON pointers into `result`: texts made of bytes that are not UTF-8, so that another text is shown than was received. */
      readonly undecoded?: readonly string[];
      /** JSON pointers into `result` of 64-bit integers as decimal text, where only the reply knows them (columns of SQL); beside `x-int64`. */
      readonly int64?: readonly string[];
      readonly samples?: readonly Json[];
    }
  | {
      readonly ok: false;
      readonly wire: 'notStarted' | 'refused' | 'unknown';
      readonly class: FaultClass;
      readonly code: string;
      readonly message: string;
      readonly hint?: string;
      readonly result?: Json;
      /** Beside `refused`: it ran and failed, and what it did until then is not known (the exit code of a command). */
      readonly changed?: 'unknown';
      /** As of a result that is good. */
      readonly cut?: readonly string[];
      readonly undecoded?: readonly string[];
    };

/** A file of the run for people: `report`, `evidence`, or one line about its record, `head`. Redacted, since it is made from the journal. */
export interface Attachment {
  readonly name: string;
  readonly media: string;
  readonly content: string;
}
