/** The plan: frozen, hashed JSON that the core decides on and that the engine evaluates. Made by `plan/`, never changed afterwards. */
import type { Effect, FaultClass, Json, Key, Ms, Sha, Value } from './value.ts';
import type { Variation } from './variation.ts';

export type Lane =
  | 'precondition'
  | 'evidence'
  | 'containment'
  | 'diagnosis'
  | 'main'
  | 'validation'
  | 'undo'
  | 'finally'
  | 'watch'
  | 'comms'
  | 'postmortem';

/** Sections in which only reads may stand: `runbook check` and `--only diagnosis` perform these and no other. */
export const readingLanes: readonly Lane[] = ['precondition', 'evidence', 'diagnosis'];

export type Moment = 'started' | 'waiting' | 'finished' | 'succeeded' | 'failed' | `${'step' | 'ok' | 'failed'}:${string}`;
export type FailurePolicy = 'abort' | 'continue' | 'undo' | 'ask';

/** One piece of a template leaf: literal text, or a path such as `inputs.venue` already split into its parts. */
export type Part = string | { readonly path: readonly string[]; readonly at?: number };
/**
 * Parameters after parsing: JSON whose templated leaves are `{ $t: Part[] }`. A leaf of exactly one path keeps the type of the value.
 * Messages (comms, notify, escalate) may be `{ $m: text }`, Handlebars text with if/each and helpers, parsed lazily.
 */
export type Tree =
  | null
  | boolean
  | number
  | string
  | { readonly $t: readonly Part[] }
  | { readonly $m: string }
  | readonly Tree[]
  | { readonly [name: string]: Tree };

/** CEL source. */
export type Cel = string;

/** `doneWhen`: a read step without id. Durations already scaled. */
export interface Probe {
  readonly type: string;
  readonly target?: Tree;
  readonly params: Tree;
  /** Path of the step type's principal value, e.g. `result.stdout`; absent: the whole result. */
  readonly principal?: string;
  readonly value?: Cel;
  readonly sensitive?: readonly string[];
  readonly expect: readonly Cel[];
  readonly within?: Ms;
  /** The expectation reads `step.before`: it never skips, it only proves. */
  readonly comparesBefore: boolean;
}

/** What the engine evaluates for one node; the core never looks inside. */
export interface Program {
  readonly title?: Tree;
  readonly note?: Tree;
  /** Keys that belong to the step type. */
  readonly params: Tree;
  readonly target?: Tree;
  readonly when?: Cel;
  readonly forEach?: { readonly over: Cel; readonly as: string };
  /** Path of the step type's principal value, e.g. `result.stdout`; absent: the whole result. */
  readonly principal?: string;
  /** The author's narrowing of it. */
  readonly value?: Cel;
  /** Patterns of pointers into the result: what is there is a secret. */
  readonly sensitive?: readonly string[];
  readonly expect?: readonly Cel[];
  readonly observe?: { readonly until: Cel; readonly every: Ms; readonly hold: Ms; readonly abortWhen?: Cel };
  readonly onNoData: 'fail' | 'wait' | 'zero' | 'absent';
  readonly doneWhen?: Probe;
  readonly confirm?: { readonly message: Tree; readonly typed?: Tree };
  readonly offer?: Tree;
  readonly approve?: {
    readonly from: readonly string[];
    readonly min: number;
    readonly timeout: Ms;
    readonly reason: boolean;
    readonly each: boolean;
    readonly auth?: 'uid';
  };
  /** Types the inputs of a called runbook; its value is those inputs. */
  readonly bind?: Binding;
  /** Keeps the whole result in the report. */
  readonly evidence?: boolean;
  readonly choose?: Choice;
}

/** What `choose` asks: options that are written, or a list that is computed. */
export interface Choice {
  readonly options: readonly { readonly name: string; readonly title?: Tree; readonly note?: Tree; readonly when?: Cel }[];
  readonly from?: Cel;
  readonly suggest?: Cel;
}

/** What a runbook that is called declares, for the values that are known only when it is its turn. */
export interface Binding {
  readonly inputs: Json;
  /** Targets without an address: the call is refused when it is reached, and a way that is not taken needs none. */
  readonly unbound?: readonly string[];
  /** Locks that are taken when the call is reached. */
  readonly locks?: readonly Tree[];
}

/** A runbook inside a runbook: what the names in its expressions mean. */
export interface Call {
  readonly runbook: { readonly id: string; readonly title: string; readonly sha: Sha };
  readonly inputTypes: Plan['inputTypes'];
  readonly inputTrust?: Plan['inputTrust'];
  readonly links: Readonly<Record<string, string>>;
  /** Its names of targets -> those of the plan, `name` or `name/member`. */
  readonly targets: Readonly<Record<string, string>>;
  /** From the folder of the runbook that is run to its own: where its relative paths begin. */
  readonly folder?: string;
}

export interface Node {
  /** Step id; unique in the document. Anonymous undo steps are `<id>~undo0`, comms entries without an id `comms1`. */
  readonly key: Key;
  /**
   * effect: a runner is attempted; ask: a question to people; check: expressions only; undo: performs registered undos (`of`);
   * sleep, call: reserved; group: children carry `parent`.
   */
  readonly kind: 'effect' | 'ask' | 'check' | 'undo' | 'sleep' | 'call' | 'group';
  readonly lane: Lane;
  readonly title: string;
  /** Comms: the moments at which this node is due. */
  readonly at?: readonly Moment[];
  /** Comms and watch: period; absent = not periodic. */
  readonly every?: Ms;
  /** Watch: how long the expectation must have failed before the guard trips, and how long after a trip it is in force again. */
  readonly guard?: { readonly hold: Ms; readonly repeat?: Ms };
  /** Group: so many of its children must succeed; the others may fail. */
  readonly atLeast?: number;
  /** Watch: ids of the steps between which the guard is in force; absent = the whole run. */
  readonly from?: Key;
  readonly to?: Key;
  readonly parent?: Key;
  /** The call (`Plan.calls`) in whose runbook it stands; absent: the runbook that is run. */
  readonly call?: Key;
  /** Of a call: the node whose value is the value of the whole. */
  readonly outputs?: Key;
  /** A question whose answer is this input from then on. */
  readonly fills?: string;
  /** A failure inside ends this group and nothing else: what follows in it is left out. */
  readonly contains?: true;
  /** Nodes that must have ended before this one starts: the previous sibling in a list, or `needs`. */
  readonly after: readonly Key[];
  /** kind undo: whose registered undos are performed now and used up. */
  readonly of?: readonly Key[];
  /** Step type name, for the performer and for people; the core never branches on it. */
  readonly type: string;
  readonly target?: string;
  readonly effect: Effect;
  readonly repeatable: boolean;
  readonly attempts: number;
  readonly backoff: { readonly first: Ms; readonly factor: number; readonly cap: Ms; readonly jitter: number };
  readonly retryOn: readonly FaultClass[];
  /** Per attempt and item; for a group the whole. 0 = none (groups only). */
  readonly timeout: Ms;
  readonly forEach?: { readonly limit: number; readonly maxErrors: number };
  readonly parallel?: boolean;
  readonly has: {
    readonly when: boolean;
    readonly doneWhen: boolean;
    readonly confirm: boolean;
    readonly offer: boolean;
    readonly approve: boolean;
    readonly undo: 'none' | 'restore' | 'steps';
  };
  /** undo: 'steps': keys of nodes in lane 'undo' (not scheduled by themselves), in order. */
  readonly undoSteps?: readonly Key[];
  /** One of its undo steps puts back what was there before: that is read first. */
  readonly captures?: true;
  /** An undo step that puts back what was captured. */
  readonly restores?: true;
  readonly onFailure: FailurePolicy;
  readonly critical: boolean;
  /** A validation: its failure stops the run when all validations have been tried. */
  readonly together?: true;
  /** Steps whose failure this one makes good: they fail with `continue`, and its `when` asks about them. */
  readonly repairs?: readonly Key[];
  /** A read whose false expectation is told and stops nothing, wherever it occurs. */
  readonly finding?: true;
  readonly keep: 'whole' | 'ref';
  /** Where the step is in the document, for messages: line and column from 1. */
  readonly source?: { readonly line: number; readonly column: number };
  readonly program: Program;
}

export interface Plan {
  readonly protocol: 1;
  readonly hash: Sha;
  readonly runbook: {
    readonly id: string;
    readonly title: string;
    readonly sha: Sha;
    readonly severity?: string;
    readonly owners: readonly string[];
    readonly links: Readonly<Record<string, string>>;
    readonly summary?: string;
    readonly estimate?: Ms;
  };
  readonly inputs: Readonly<Record<string, Value>>;
  /** Declared types of inputs, for expressions. */
  readonly inputTypes: Readonly<Record<string, { readonly type: string; readonly of?: string }>>;
  /** Secret inputs -> where the starter takes them from: `env:NAME`, `file:/path` or `asked`. Their values are nowhere in the plan. */
  readonly secretInputs?: Readonly<Record<string, string>>;
  /** Inputs whose text the author answers for: every value is listed, or a pattern describes it from its first character. */
  readonly inputTrust?: Readonly<Record<string, 'listed' | 'shaped'>>;
  /** Declared targets; `members` only where the configuration lists several. Addresses are not in the plan. */
  readonly targets: Readonly<Record<string, { readonly type: string; readonly members?: readonly string[] }>>;
  readonly environment: {
    readonly name: string;
    readonly rehearsal: boolean;
    readonly timeScale: number;
    readonly facts: Readonly<Record<string, Json>>;
    /** Accounts that several people use: names given there are claims that count. */
    readonly sharedAccounts?: readonly string[];
  };
  /** Held from before the first step to the end. */
  readonly lock: string;
  /** Further ones, and those of runbooks that are surely called. */
  readonly locks?: readonly string[];
  /** Name -> condition (CEL), for who called the run. */
  readonly outputs?: Readonly<Record<string, string>>;
  readonly nodes: readonly Node[];
  /** By the key of the call: `drain`, and `drain.notify` for a call inside it. */
  readonly calls?: Readonly<Record<Key, Call>>;
  readonly deadline?: Ms;
  readonly onAbort: 'undo' | 'keep' | 'ask';
  /** How long closing messages and postmortem probes may take, ms. */
  readonly closingBudget: Ms;
  /** Stop after this step or group (`--to`). */
  readonly stopAfter?: Key;
  /** Only the sections of reads (`--only diagnosis`). */
  readonly only?: 'diagnosis';
  /** Step types from outside that it uses: what `resume` and `undo` must find again, byte for byte (T20). */
  readonly stepTypes?: Readonly<Record<string, { readonly package: string; readonly version: string; readonly hash: string }>>;
  /** The alerts that a server has started it for. */
  readonly alerts?: readonly AlertMark[];
  /** A later undo run performs the registered undos of that run. */
  readonly undoOf?: string;
  /** Only in rehearsals: what answers here without being performed, to see whether anybody notices. */
  readonly standIns?: StandIns;
  /** Only in rehearsals: how the plan differs from the runbook, to see whether a world notices. */
  readonly variation?: Variation;
}

/** Tells an alert from every other one, and from itself when it fires again later. */
export interface AlertMark {
  readonly fingerprint: string;
  /** RFC 3339, as the sender has it. */
  readonly startsAt: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Code of the note on each attempt that was answered instead of performed. */
export const standInCode = 'stand-in';

/** Steps whose attempts are not performed but answered with what was recorded in a run that succeeded. */
export interface StandIns {
  /** What is lost: a step, or a call and with it all that its runbook changes. */
  readonly node: Key;
  /** The steps that answer: the one, or those of the called runbook. */
  readonly nodes: readonly Key[];
  /** The attempts of the step itself, or those that take it back. */
  readonly role: 'do' | 'undo';
  /** Instance -> what it answers; an instance without an answer has no value. */
  readonly answers: Readonly<Record<Key, { readonly value: Value; readonly result: Value }>>;
}
