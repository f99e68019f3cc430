/** One step of the document -> one node of the plan (and the nodes of its undo). */
import type { Choice, Node, Program, Tree } from '../core/model/plan.ts';
import type { Effect, Json, Key } from '../core/model/value.ts';
import type { Facts, StepType } from '../port/step-type.ts';
import { turnsExpression } from '../document/steps.ts';
import { choiceOf } from './choice.ts';
import type { StepPlace, PlanContext } from './context.ts';
import type { Mapping } from './json.ts';
import { celOf, isArray, isMapping, textOf, textsOf } from './json.ts';
import { paramsOf, paramsTree, plainTree } from './params.ts';
import { approveOf, confirmOf, offerOf } from './people.ts';
import {
  factsOf,
  declaredEffect,
  expectOf,
  failurePolicy,
  isBesideLane,
  isParallelGroup,
  isTogether,
  onlyReads,
  noDataOf,
  observeOf,
  probeOf,
  retryOf,
  sensitiveOf,
  stricter,
  timeoutOf,
} from './policies.ts';
import { callPlace, problem, unknownName } from './problem.ts';
import { workAt } from './context.ts';
import { targetOf } from './targets.ts';

/** Items at once for `parallel: true`. */
const allAtOnce = 64;

export function stepNode(context: PlanContext, step: Mapping, key: Key, place: StepPlace): Node | undefined {
  const type = textOf(step['type']) ?? '';
  const stepType = context.registry.get(type);
  if (stepType === undefined) {
    context.problems.push(
      unknownName('unknown-type', `step "${key}" has the unknown type "${type}"`, type, context.registry.names()),
    );
    return undefined;
  }
  const where = `step "${key}"`;
  if (stepType.manifest.kind === 'call') {
    context.problems.push(callPlace(where));
    return undefined;
  }
  const params = paramsOf(step, stepType);
  const target = targetOf(context, step, stepType, params, where);
  const facts = factsOf(context, stepType, params, where, target);
  if (onlyReads(place.lane) && facts.effect !== 'read')
    context.problems.push(
      problem('write-in-reads', `${where} may change something, and ${place.lane} only reads`, facts.doubt?.hint),
    );
  const effect = stricter(facts.effect, declaredEffect(step['effect']) ?? 'read');
  const principal = facts.value ?? stepType.manifest.value ?? undefined;
  const title = textOf(step['title']) ?? key;
  const choice = choiceOf(step);
  const program = programOf(context, { step, stepType, params, effect, principal, target, title, where, place, choice });
  const undo = undoOf(step, facts, context, where);
  return {
    ...headOf(context, step, key, place, title),
    kind: stepType.manifest.kind,
    type,
    ...(target === undefined ? {} : { target }),
    effect,
    repeatable: effect === 'read' || (typeof step['repeatable'] === 'boolean' ? step['repeatable'] : facts.repeatable),
    ...retryOf(context, step, where),
    timeout: timeoutOf(context, step, stepType.manifest, where),
    ...(stepType.manifest.kind === 'undo' ? { of: textsOf(params['of']) } : {}),
    has: hasOf(program, undo),
    ...(step['finding'] === true ? { finding: true as const } : {}),
    keep: step['evidence'] === true || place.lane === 'evidence' || context.read.has(key) ? 'whole' : 'ref',
    program,
  };
}

/** A group carries conditions, turns, confirmations, failure and time for its children. */
export function groupNode(context: PlanContext, step: Mapping, key: Key, place: StepPlace): Node {
  const where = `group "${key}"`;
  const title = textOf(step['title']) ?? key;
  const confirm = confirmOf(step, 'read', key, title);
  const offer = offerOf(step);
  const approve = approveOf(context, step, where);
  const program: Program = { ...commonProgram(step), params: {}, onNoData: 'fail', ...optional({ confirm, offer, approve }) };
  return {
    ...headOf(context, step, key, place, title),
    kind: 'group',
    type: 'group',
    effect: 'read',
    repeatable: true,
    attempts: 1,
    backoff: { first: 0, factor: 1, cap: 0, jitter: 0 },
    retryOn: [],
    timeout: workAt(context, step, 'timeout', where) ?? 0,
    ...(isParallelGroup(step) ? { parallel: true } : {}),
    ...(typeof step['atLeast'] === 'number' ? { atLeast: step['atLeast'] } : {}),
    has: hasOf(program, 'none'),
    keep: 'ref',
    program,
  };
}

function headOf(context: PlanContext, step: Mapping, key: Key, place: StepPlace, title: string) {
  const at = context.runbook.at?.(place.pointer);
  const turns = turnsOf(step, place);
  return {
    key,
    lane: place.lane,
    title,
    ...(place.parent === undefined ? {} : { parent: place.parent }),
    after: place.after,
    ...(turns === undefined ? {} : { forEach: turns }),
    onFailure: failurePolicy(step, place.lane, place.onFailure),
    ...(isTogether(step, place) ? { together: true as const } : {}),
    critical: typeof step['critical'] === 'boolean' ? step['critical'] : !isBesideLane(place.lane),
    ...(at === undefined ? {} : { source: { line: at.line, column: at.column } }),
  };
}

/** Without `parallel` one item after the other, with it items at a time: the steps of a turn keep their order; findings of all items are wanted where failures stop nothing. */
function turnsOf(step: Mapping, place: StepPlace): Node['forEach'] {
  if (step['forEach'] === undefined) return undefined;
  const parallel = step['parallel'];
  const limit = typeof parallel === 'number' && parallel >= 1 ? Math.floor(parallel) : parallel === true ? allAtOnce : 1;
  return { limit, maxErrors: triesAll(step, place) ? Number.MAX_SAFE_INTEGER : 0 };
}

const triesAll = (step: Mapping, place: StepPlace): boolean =>
  isBesideLane(place.lane) || step['onFailure'] === 'continue' || step['finding'] === true || isTogether(step, place);

function undoOf(step: Mapping, facts: Facts, context: PlanContext, where: string): Node['has']['undo'] {
  const undo = step['undo'];
  if (undo === undefined || undo === null || undo === 'none') return 'none';
  const restores = undo === 'restore' || (isArray(undo) && undo.includes('restore'));
  if (!restores) return 'steps';
  if (facts.undo !== 'restore') {
    context.problems.push(
      problem('no-restore', `${where}: this step type cannot restore`, 'write the undo as a step, or undo: none'),
    );
    return 'none';
  }
  return isArray(undo) ? 'steps' : 'restore';
}

/** Undo steps have no ids: they are known by the step whose undo they are. */
export function undoStepsOf(step: Mapping): readonly (Mapping | 'restore')[] {
  const undo = step['undo'];
  const listed: readonly Json[] = isArray(undo) ? undo : isMapping(undo) ? [undo] : [];
  return listed.filter((one): one is Mapping | 'restore' => isMapping(one) || one === 'restore');
}

/** Puts back what its step found before, among other steps that take back. A second time does no harm: it compares first. */
export function restoringNode(owner: Node, key: Key): Node {
  const { params, target } = owner.program;
  return {
    key,
    kind: owner.kind,
    lane: 'undo',
    title: `Restore: ${owner.title}`,
    after: [],
    type: owner.type,
    ...(owner.target === undefined ? {} : { target: owner.target }),
    effect: owner.effect,
    repeatable: true,
    restores: true,
    attempts: owner.attempts,
    backoff: owner.backoff,
    retryOn: owner.retryOn,
    timeout: owner.timeout,
    has: { when: false, doneWhen: false, confirm: false, offer: false, approve: false, undo: 'none' },
    onFailure: 'continue',
    critical: true,
    keep: 'ref',
    program: { params, ...(target === undefined ? {} : { target }), onNoData: 'fail' },
  };
}

interface ProgramParts {
  readonly step: Mapping;
  readonly stepType: StepType;
  readonly params: Mapping;
  readonly effect: Effect;
  readonly principal: string | undefined;
  readonly target: string | undefined;
  readonly title: string;
  readonly where: string;
  readonly place: StepPlace;
  readonly choice: Choice | undefined;
}

function programOf(context: PlanContext, parts: ProgramParts): Program {
  const { step, stepType, where } = parts;
  const typed = parts.place.lane === 'undo' ? 'read' : parts.effect;
  return {
    ...commonProgram(step),
    params: paramsTree(parts.params, stepType.manifest),
    onNoData: noDataOf(step),
    ...optional({
      target: templated(parts.target),
      principal: parts.principal,
      value: celOf(step['value']),
      sensitive: sensitiveOf(step),
      expect: expectOf(step['expect']),
      observe: observeOf(context, step, where),
      doneWhen: probeOf(context, step, parts.target, where),
      confirm: confirmOf(step, typed, parts.target ?? context.runbook.id, parts.title),
      offer: offerOf(step),
      approve: approveOf(context, step, where),
      evidence: step['evidence'] === true || parts.place.lane === 'evidence' ? true : undefined,
      choose: parts.choice,
    }),
  };
}

const templated = (target: string | undefined): Tree | undefined =>
  target?.includes('{{') === true ? plainTree(target) : undefined;

function commonProgram(step: Mapping): Pick<Program, 'title' | 'note' | 'when' | 'forEach'> {
  const over = turnsExpression(step['forEach']);
  return optional({
    title: typeof step['title'] === 'string' ? plainTree(step['title']) : undefined,
    note: typeof step['note'] === 'string' ? plainTree(step['note']) : undefined,
    when: celOf(step['when']),
    forEach: over === undefined ? undefined : { over, as: textOf(step['as']) ?? 'item' },
  });
}

type Present<T> = { -readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is undefined: absent keys do not reach the hash. */
function optional<T extends object>(parts: T): Present<T> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Present<T>;
}

function hasOf(program: Program, undo: Node['has']['undo']): Node['has'] {
  return {
    when: program.when !== undefined,
    doneWhen: program.doneWhen !== undefined,
    confirm: program.confirm !== undefined,
    offer: program.offer !== undefined,
    approve: program.approve !== undefined,
    undo,
  };
}
