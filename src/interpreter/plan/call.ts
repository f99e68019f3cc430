/**
 * A step of type runbook -> a group with the steps of the runbook that it calls: first its inputs are typed, then its sections follow one another,
 * at last its outputs are computed. What is beside the work of that runbook (guards, messages, `finally`) is beside the caller's.
 */
import { dirname, relative } from 'node:path';
import { inputsKey, outputsKey } from '../core/model/keys.ts';
import type { Binding, Call, Node } from '../core/model/plan.ts';
import type { Json, Key } from '../core/model/value.ts';
import { limits } from '../document/limits.ts';
import { walkSteps } from '../document/steps.ts';
import { toTree } from '../language/template/template.ts';
import { nodesOfCall } from './call-nodes.ts';
import { passedTargets } from './call-targets.ts';
import type { StepPlace, PlanContext, RunbookSource } from './context.ts';
import { durationAt, durationInput, idsRead } from './context.ts';
import { inputTrusts, typeInputs } from './inputs.ts';
import type { Mapping } from './json.ts';
import { celOf, mappingOf, textOf } from './json.ts';
import { addLocks } from './locks.ts';
import { groupNode, stepNode } from './node.ts';
import { failurePolicy, isPolicy } from './policies.ts';
import type { Problem } from './problem.ts';
import { callPlace, problem, unknownName } from './problem.ts';

export const isCallStep = (step: Mapping): boolean => step['type'] === 'runbook';

/** `addSections` builds the nodes of a whole runbook; it comes from the builder of sections, which comes here for each call. */
export function addCall(
  context: PlanContext,
  step: Mapping,
  key: Key,
  place: StepPlace,
  addSections: (context: PlanContext) => void,
): void {
  const source = calledBy(context, step, key, place);
  if (source === undefined) return;
  const { targets, declared, environment, unbound } = passedTargets(context, step, source.data, {
    key,
    maybe: place.maybe === true,
  });
  const onFailure = policyOf(step, source.data, place);
  const inner: PlanContext = {
    ...context,
    runbook: source,
    environment,
    targets: declared,
    inputs: knownInputs(context, step, source.data),
    given: new Set(Object.keys(mappingOf(step['inputs']))),
    read: idsRead(source.data),
    problems: [],
    nodes: [],
    calls: {},
    chain: [...context.chain, source.id],
    policy: onFailure === 'continue' ? 'abort' : onFailure,
    isMaybe: place.maybe === true,
    isRepeated: isRepeated(context, step, place),
  };
  addSections(inner);
  const locks = addLocks(context, inner, place.maybe === true);
  context.problems.push(...inner.problems.map((one) => ({ ...one, message: `${source.id}: ${one.message}` })));
  const made = nodesOfCall(inner.nodes, {
    key,
    lane: place.lane,
    targets,
    messages: step['comms'] === true,
    policy: inner.policy,
  });
  if (inner.isRepeated === true && made.beside.length > 0) context.problems.push(besideInForEach(key, source.id));
  context.calls[key] = callOf(context, source, targets);
  for (const [name, one] of Object.entries(inner.calls)) context.calls[`${key}.${name}`] = made.outward(one);
  const group = groupOf(context, step, source, key, { ...place, onFailure });
  const outputs = outputsNode(inner, key, { ...place, onFailure: inner.policy ?? 'abort', after: [made.last], parent: key });
  context.nodes.push(
    outputs === undefined ? group : { ...group, outputs: outputs.key },
    inputsNode(
      context,
      step,
      source,
      key,
      { ...place, onFailure: inner.policy ?? 'abort', after: [], parent: key },
      {
        ...(unbound.length === 0 ? {} : { unbound }),
        ...locks,
      },
    ),
    ...made.nodes,
    ...(outputs === undefined ? [] : [outputs]),
    ...made.beside,
  );
}

/** The runbook that is called, or a problem that says why there is none. */
function calledBy(context: PlanContext, step: Mapping, key: Key, place: StepPlace): RunbookSource | undefined {
  const where = `step "${key}"`;
  const id = textOf(step['run']) ?? '';
  if (place.lane === 'watch' || place.lane === 'postmortem') {
    context.problems.push(callPlace(where));
    return undefined;
  }
  const source = context.find?.(id);
  if (source === undefined)
    context.problems.push(unknownName('unknown-runbook', `${where} calls the unknown runbook "${id}"`, id, []));
  if (source === undefined) return undefined;
  if (context.chain.length === 1 && stepsWithin(source, context.find) > limits.steps) {
    const message = `${where} calls ${source.id}, which has more than ${String(limits.steps)} steps with all that it calls`;
    context.problems.push(problem('too-many-steps', message, 'call fewer runbooks, or run them one by one'));
    return undefined;
  }
  if (!context.chain.includes(source.id)) return source;
  const circle = [...context.chain.slice(context.chain.indexOf(source.id)), source.id].join(' -> ');
  context.problems.push(
    problem('circle', `${where}: runbooks call each other in a circle: ${circle}`, 'remove one of the calls'),
  );
  return undefined;
}

/** Steps of a runbook with those of all runbooks that it calls, as often as it calls them. Counted before any is planned: calls multiply. */
function stepsWithin(source: RunbookSource, find: PlanContext['find'], known = new Map<string, number>()): number {
  // A circle is told elsewhere.
  known.set(source.id, 0);
  const count = walkSteps(source.data).reduce((sum, { step }) => {
    const called = isCallStep(step) ? find?.(textOf(step['run']) ?? '') : undefined;
    return sum + 1 + (called === undefined ? 0 : (known.get(called.id) ?? stepsWithin(called, find, known)));
  }, 0);
  known.set(source.id, count);
  return count;
}

const besideInForEach = (key: Key, id: string): Problem =>
  problem(
    'call-for-each',
    `step "${key}": ${id} has finally, watch or messages, and those cannot be repeated by forEach`,
    'write one call for each item, or take the steps that matter into a runbook without them',
  );

const without = <T>(all: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));

/** What the step says, else the runbook that is called, else what is around the step. */
function policyOf(step: Mapping, data: Mapping, place: StepPlace): StepPlace['onFailure'] {
  const own = textOf(data['onFailure']);
  return failurePolicy(step, place.lane, isPolicy(own) ? own : place.onFailure);
}

function isRepeated(context: PlanContext, step: Mapping, place: StepPlace): boolean {
  if (context.isRepeated === true || step['forEach'] !== undefined) return true;
  const byKey = new Map(context.nodes.map((node) => [node.key, node]));
  for (let around = byKey.get(place.parent ?? ''); around !== undefined; around = byKey.get(around.parent ?? ''))
    if (around.forEach !== undefined) return true;
  return false;
}

/** Inputs whose values are known before the run: durations and the lock of the called runbook may be such an input. A default is none where a value is passed. */
function knownInputs(context: PlanContext, step: Mapping, data: Mapping): PlanContext['inputs'] {
  const given: Record<string, Json> = {};
  const later: string[] = [];
  for (const [name, json] of Object.entries(mappingOf(step['inputs']))) {
    const [, input] = (typeof json === 'string' && durationInput.exec(json)) || [];
    const passed = input === undefined ? { json } : context.inputs[input];
    const known = passed?.secret === undefined ? passed?.json : undefined;
    if (known !== undefined && !JSON.stringify(known).includes('{{')) given[name] = known;
    else later.push(name);
  }
  return without(typeInputs(data['inputs'], given).values, later);
}

function callOf(context: PlanContext, source: RunbookSource, targets: Call['targets']): Call {
  const { inputs, links } = source.data;
  const folder = folderOf(context.runbook, source);
  return {
    runbook: { id: source.id, title: textOf(source.data['title']) ?? source.id, sha: source.sha },
    inputTypes: typeInputs(inputs, {}).types,
    ...inputTrusts(inputs),
    links: Object.fromEntries(
      Object.entries(mappingOf(links)).flatMap(([name, link]) => (typeof link === 'string' ? [[name, link]] : [])),
    ),
    targets,
    ...(folder === '' ? {} : { folder }),
  };
}

const folderOf = (from: RunbookSource, to: RunbookSource): string =>
  from.file === undefined || to.file === undefined ? '' : relative(dirname(from.file), dirname(to.file));

function groupOf(context: PlanContext, step: Mapping, source: RunbookSource, key: Key, place: StepPlace): Node {
  const title = textOf(source.data['title']) ?? source.id;
  const group = groupNode(context, { title, ...step }, key, place);
  const deadline = durationAt(context, source.data, 'deadline', `runbook "${source.id}"`) ?? 0;
  return {
    ...group,
    type: 'runbook',
    timeout: group.timeout > 0 ? group.timeout : deadline,
    ...(place.onFailure === 'continue' ? { contains: true as const } : {}),
  };
}

/** Its value is what the expressions of the called runbook read as `inputs`. */
function inputsNode(
  context: PlanContext,
  step: Mapping,
  source: RunbookSource,
  key: Key,
  place: StepPlace,
  binding: Omit<Binding, 'inputs'>,
): Node {
  const node = checkNode(context, inputsKey(key), `Inputs of ${source.id}`, 'true', place);
  const params = toTree(mappingOf(step['inputs']), { isMessage: () => false });
  const bind = { inputs: mappingOf(source.data['inputs']), ...binding };
  return { ...node, keep: 'whole', program: { params, onNoData: 'fail', bind } };
}

function outputsNode(inner: PlanContext, key: Key, place: StepPlace): Node | undefined {
  const entries = Object.entries(mappingOf(inner.runbook.data['outputs'])).flatMap(([name, source]) => {
    const condition = celOf(source);
    return condition === undefined ? [] : [`${JSON.stringify(name)}: (${condition})`];
  });
  if (entries.length === 0) return undefined;
  const node = checkNode(inner, outputsKey(key), `Outputs of ${inner.runbook.id}`, `{${entries.join(', ')}}`, place);
  return { ...node, call: key, keep: 'whole' };
}

/** The place of the check itself is the place of the call. */
function checkNode(context: PlanContext, key: Key, title: string, value: string, place: StepPlace): Node {
  const node = stepNode(context, { type: 'check', title, value }, key, { ...place, together: false });
  if (node === undefined) throw new Error('the step type check is built in');
  return node;
}
