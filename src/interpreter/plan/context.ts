/** What the builders of nodes share while one plan is made. */
import type { Call, FailurePolicy, Lane, Node } from '../core/model/plan.ts';
import type { Json, Key, Ms, Value } from '../core/model/value.ts';
import { durationHint, parseDuration } from '../language/duration.ts';
import type { Registry } from '../port/registry.ts';
import { scaledWait, scaledWork } from '../language/scaling.ts';
import type { Mapping } from './json.ts';
import { mappingOf } from './json.ts';
import type { Problem } from './problem.ts';
import { problem } from './problem.ts';

/** What a plan needs of a loaded document. */
export interface RunbookSource {
  readonly id: string;
  readonly sha: string;
  readonly data: Readonly<Record<string, Json>>;
  /** Where it was read; absent where that is not known. */
  readonly file?: string;
  at?(pointer: string): { readonly line: number; readonly column: number };
}

/** What a plan needs of an environment. */
export interface PlanEnvironment {
  readonly name: string;
  readonly rehearsal: boolean;
  readonly timeScale: number;
  readonly targets: Readonly<Record<string, { readonly type: string; readonly [key: string]: Json }>>;
  readonly facts: Readonly<Record<string, Json>>;
  readonly sharedAccounts?: readonly string[];
}

export interface DeclaredTarget {
  readonly type: string;
  readonly many: boolean;
}

export interface PlanContext {
  readonly runbook: RunbookSource;
  readonly registry: Registry;
  readonly environment: PlanEnvironment;
  readonly inputs: Readonly<Record<string, Value>>;
  /** Names of the inputs that have a value when the run (or the call) begins, known or not. */
  readonly given: ReadonlySet<string>;
  readonly targets: Readonly<Record<string, DeclaredTarget>>;
  /** Ids whose results later steps read: kept whole. */
  readonly read: ReadonlySet<string>;
  readonly problems: Problem[];
  readonly nodes: Node[];
  /** Finds the runbooks that steps call. */
  readonly find?: FindSource;
  /** By key, of all calls so far. */
  readonly calls: Record<Key, Call>;
  /** Of called runbooks, taken before the first step. */
  readonly locks: string[];
  /** Runbooks around this one, outermost first; itself last. */
  readonly chain: readonly string[];
  /** Targets of called runbooks that keep their own names: bound like the runbook's own. */
  readonly borrowed: Record<string, DeclaredTarget>;
  /** Of a called runbook: what a failure does where it says nothing itself. */
  readonly policy?: FailurePolicy;
  /** Of a called runbook: perhaps never reached. */
  readonly isMaybe?: boolean;
  /** Of a called runbook: called inside a forEach. */
  readonly isRepeated?: boolean;
}

export type FindSource = (id: string) => RunbookSource | undefined;

/** Where a step stands: what it inherits. */
export interface StepPlace {
  readonly lane: Lane;
  readonly pointer: string;
  readonly parent?: Key;
  readonly after: readonly Key[];
  readonly onFailure: FailurePolicy;
  /** Perhaps never reached: behind a condition, an offer, or one of several ways. */
  readonly maybe?: boolean;
  /** All steps are tried before a failure stops the run. */
  readonly together?: boolean;
}

/** Reads a duration key; a mistake becomes a problem that names the step. */
export function durationAt(context: PlanContext, step: Mapping, key: string, where: string): Ms | undefined {
  const json = filledIn(context, step[key]);
  if (json === undefined || json === null) return undefined;
  const ms = typeof json === 'string' ? parseDuration(json) : json === 0 ? 0 : undefined;
  if (ms === undefined && typeof json === 'string' && durationInput.test(json))
    context.problems.push(
      problem(
        'bad-duration',
        `${where}: ${key} is the input ${json}, which is known only when the runbook is called`,
        'pass that input as a plain value, or as an input of the calling runbook',
      ),
    );
  else if (ms === undefined) context.problems.push(problem('bad-duration', `${where}: ${key} is not a duration`, durationHint));
  return ms;
}

/** The one template that a duration may be: an input, which is known when the plan is made. */
export const durationInput = /^\{\{\s*inputs\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}$/;

function filledIn({ inputs }: PlanContext, json: Json | undefined): Json | undefined {
  const [, name] = (typeof json === 'string' && durationInput.exec(json)) || [];
  return name === undefined || !Object.hasOwn(inputs, name) ? json : inputs[name]?.json;
}

/** A wait (`every for within`, timeouts of waits), scaled. */
export function waitAt(context: PlanContext, step: Mapping, key: string, where: string): Ms | undefined {
  const ms = durationAt(context, step, key, where);
  return ms === undefined ? undefined : scaledWait(ms, context.environment.timeScale);
}

/** A limit of work, scaled but never below what real work needs. */
export function workAt(context: PlanContext, step: Mapping, key: string, where: string): Ms | undefined {
  const ms = durationAt(context, step, key, where);
  return ms === undefined ? undefined : scaledWork(ms, context.environment.timeScale);
}

/** Ids that some expression or template reads: their results are kept whole. */
export function idsRead(data: Mapping): ReadonlySet<string> {
  const text = JSON.stringify(mappingOf(data));
  return new Set([...text.matchAll(/\bsteps\s*\.\s*([a-z][A-Za-z0-9_]*)/g)].map((match) => match[1] ?? ''));
}
