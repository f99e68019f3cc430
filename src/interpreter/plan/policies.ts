/** Retry, observation, failure and what a lane means for a step. */
import { readingLanes } from '../core/model/plan.ts';
import type { FailurePolicy, Lane, Node, Probe, Program } from '../core/model/plan.ts';
import { baseTarget, withFields } from '../core/model/target.ts';
import type { Effect, FaultClass, Ms } from '../core/model/value.ts';
import type { Facts, Manifest, StepType } from '../port/step-type.ts';
import type { StepPlace, PlanContext } from './context.ts';
import { durationAt, waitAt, workAt } from './context.ts';
import { isNone } from '../language/cel/ast.ts';
import { scaledWait } from '../language/scaling.ts';
import type { Mapping } from './json.ts';
import { celOf, isArray, isMapping, mappingOf, textOf, textsOf } from './json.ts';
import { paramsOf, paramsTree, plainTree } from './params.ts';
import { problem, unknownName } from './problem.ts';
import { chosenFields } from './targets.ts';

const defaultEvery: Ms = 5_000;
const besideLanes: readonly Lane[] = ['evidence', 'diagnosis', 'watch', 'comms', 'postmortem'];

export const onlyReads = (lane: Lane): boolean => readingLanes.includes(lane);
/** Lanes whose failures are recorded and stop nothing. */
export const isBesideLane = (lane: Lane): boolean => besideLanes.includes(lane);

const strength: Readonly<Record<Effect, number>> = { read: 0, write: 1, destructive: 2 };
/** Authors may only be stricter than the step type. */
export const stricter = (a: Effect, b: Effect): Effect => (strength[a] >= strength[b] ? a : b);

export const declaredEffect = (json: unknown): Effect | undefined =>
  json === 'read' || json === 'write' || json === 'destructive' ? json : undefined;

const policies: readonly string[] = ['abort', 'continue', 'undo', 'ask'];
export const isPolicy = (text: string | undefined): text is FailurePolicy => text !== undefined && policies.includes(text);

/** Document -> group -> step; the lanes beside the work always continue, an unmet precondition always refuses. */
export function failurePolicy(step: Mapping, lane: Lane, inherited: FailurePolicy): FailurePolicy {
  const own = textOf(step['onFailure']);
  if (isPolicy(own)) return own;
  if (lane === 'precondition') return 'abort';
  return isBesideLane(lane) ? 'continue' : inherited;
}

/** Its steps start together. With forEach `parallel` is about the items. */
export const isParallelGroup = (step: Mapping): boolean =>
  step['parallel'] === true && step['forEach'] === undefined && step['steps'] !== undefined;

/** Who writes `onFailure` himself wants it at once. */
export const isTogether = (step: Mapping, place: StepPlace): boolean =>
  place.together === true && textOf(step['onFailure']) === undefined;

export const documentPolicy = (data: Mapping): FailurePolicy => {
  const own = textOf(data['onFailure']);
  return isPolicy(own) ? own : 'abort';
};

export function retryOf(context: PlanContext, step: Mapping, where: string): Pick<Node, 'attempts' | 'backoff' | 'retryOn'> {
  const retry = mappingOf(step['retry']);
  const attempts = typeof step['retry'] === 'number' ? step['retry'] : retry['attempts'];
  const classes = isArray(retry['classes'])
    ? retry['classes'].filter((one) => typeof one === 'string')
    : ['connection', 'timeout'];
  const first = durationAt(context, retry, 'delay', `${where}: retry`) ?? 1_000;
  return {
    attempts: typeof attempts === 'number' && attempts >= 1 ? Math.floor(attempts) : 1,
    backoff: {
      first,
      factor: typeof retry['factor'] === 'number' && retry['factor'] >= 1 ? retry['factor'] : 2,
      cap: Math.max(first, durationAt(context, retry, 'max', `${where}: retry`) ?? 30_000),
      jitter: 0.1,
    },
    retryOn: classes as readonly FaultClass[],
  };
}

export function observeOf(context: PlanContext, step: Mapping, where: string): Program['observe'] {
  const until = celOf(step['until']);
  if (until === undefined) return undefined;
  if (step['timeout'] === undefined)
    context.problems.push(problem('missing-timeout', `${where}: until needs a timeout`, 'every wait has an end: timeout: 5m'));
  const abortWhen = celOf(step['abortWhen']);
  return {
    until,
    every: waitAt(context, step, 'every', where) ?? scaledWait(defaultEvery, context.environment.timeScale),
    hold: waitAt(context, step, 'for', where) ?? 0,
    ...(abortWhen === undefined ? {} : { abortWhen }),
  };
}

/** Waits are scaled freely, work is not cut below what it needs; defaults of the step type are about machines and stay. */
export function timeoutOf(context: PlanContext, step: Mapping, manifest: Manifest, where: string): Ms {
  const read = step['until'] === undefined ? workAt : waitAt;
  return read(context, step, 'timeout', where) ?? manifest.timeout;
}

/** Who expects nothing accepts nothing. */
export function noDataOf(step: Mapping): Program['onNoData'] {
  const json = step['onNoData'];
  if (json === 'wait' || json === 'zero' || json === 'absent' || json === 'fail') return json;
  return [...(expectOf(step['expect']) ?? []), celOf(step['until']) ?? ''].some(isNone) ? 'absent' : 'fail';
}

export function expectOf(json: unknown): readonly string[] | undefined {
  const listed = (Array.isArray(json) ? json : [json]).map((one) => celOf(one as never)).filter((one) => one !== undefined);
  return listed.length === 0 ? undefined : listed;
}

/** One pattern or several. */
export function sensitiveOf(step: Mapping): readonly string[] | undefined {
  const patterns = isArray(step['sensitive']) ? textsOf(step['sensitive']) : [textOf(step['sensitive']) ?? []].flat();
  return patterns.length === 0 ? undefined : patterns;
}

/** `doneWhen`: a read step without id. */
export function probeOf(context: PlanContext, step: Mapping, target: string | undefined, where: string): Probe | undefined {
  const probe = step['doneWhen'];
  if (!isMapping(probe)) return undefined;
  const type = textOf(probe['type']) ?? textOf(step['type']) ?? '';
  const stepType = context.registry.get(type);
  if (stepType === undefined) {
    context.problems.push(
      unknownName('unknown-type', `${where}: doneWhen has the unknown step type "${type}"`, type, context.registry.names()),
    );
    return undefined;
  }
  const expect = expectOf(probe['expect']) ?? [];
  const params = paramsOf(probe, stepType);
  const principal = factsOf(context, stepType, params, where).value ?? stepType.manifest.value ?? undefined;
  const value = celOf(probe['value']);
  const sensitive = sensitiveOf(probe);
  const within = waitAt(context, probe, 'within', `${where}: doneWhen`);
  const own = probeTarget(probe, target);
  return {
    type,
    params: paramsTree(params, stepType.manifest),
    ...(own === undefined ? {} : { target: plainTree(own) }),
    ...(principal === undefined ? {} : { principal }),
    ...(value === undefined ? {} : { value }),
    ...(sensitive === undefined ? {} : { sensitive }),
    expect,
    ...(within === undefined ? {} : { within }),
    comparesBefore: expect.some((one) => /\bstep\s*\.\s*before\b/.test(one)),
  };
}

/** Of its own, or the step's; fields that it chooses itself replace those of the step. */
function probeTarget(probe: Mapping, target: string | undefined): string | undefined {
  const named = textOf(probe['target']) ?? (probe['at'] === undefined ? undefined : target?.split('@', 1)[0]);
  return named === undefined ? target : withFields(named, chosenFields(probe));
}

/** A step type that cannot read its parameters is a problem of the plan, never an exception. */
export function factsOf(context: PlanContext, stepType: StepType, params: Mapping, where: string, target?: string): Facts {
  const declared = target === undefined ? undefined : context.targets[baseTarget(target)];
  try {
    return stepType.facts(params, declared);
  } catch {
    context.problems.push(problem('bad-params', `${where}: the parameters of ${stepType.manifest.type} cannot be read`));
    return { effect: 'destructive', repeatable: false, observe: false, undo: 'none' };
  }
}
