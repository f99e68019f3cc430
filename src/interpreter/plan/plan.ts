/** Runbook + inputs + environment -> Plan: frozen, hashed, complete. Touches nothing, opens no connection. */
import type { Lane, Node, Plan } from '../core/model/plan.ts';
import type { Json, Key, Value } from '../core/model/value.ts';
import { buildScope } from '../language/scope.ts';
import type { Scope } from '../language/scope-type.ts';
import { renderTree } from '../language/template/template.ts';
import { initialState } from '../core/model/initial.ts';
import type { Registry } from '../port/registry.ts';
import type { FindSource, PlanContext, PlanEnvironment, RunbookSource } from './context.ts';
import { durationAt, idsRead } from './context.ts';
import { planHash } from './hash.ts';
import { inputTrusts, typeInputs } from './inputs.ts';
import type { Mapping } from './json.ts';
import { celOf, mappingOf, textOf, textsOf } from './json.ts';
import { addSections } from './lanes.ts';
import { inOrder, lockTexts } from './locks.ts';
import { messageTree, plainTree } from './params.ts';
import { documentPolicy } from './policies.ts';
import type { Problem } from './problem.ts';
import { problem, unknownName } from './problem.ts';
import { bindingProblems, declaredTargets, placeProblems, planTargets } from './targets.ts';

export type { Problem } from './problem.ts';
export type { FindSource, PlanEnvironment, RunbookSource } from './context.ts';
export { convertDurations } from '../language/scaling.ts';

export interface PlanRequest {
  /** Text from the command line or data from a file; typed here. */
  readonly inputs: Readonly<Record<string, Json>>;
  readonly environment: PlanEnvironment;
  readonly undoOf?: string;
  readonly only?: 'diagnosis';
  readonly stopAfter?: string;
  /** false: targets need no addresses (a look at the plan without a configuration). */
  readonly bind?: boolean;
  /** Finds the runbooks that steps call. */
  readonly find?: FindSource;
}

export type Planned = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly problems: readonly Problem[] };

/** How long closing messages and postmortem probes may take. */
const closingBudget = 30_000;

export function makePlan(runbook: RunbookSource, registry: Registry, request: PlanRequest): Planned {
  const { data } = runbook;
  const { environment } = request;
  const targets = declaredTargets(data);
  const inputs = typeInputs(data['inputs'], request.inputs);
  const problems: Problem[] = [...inputs.problems, ...scaleProblems(environment)];
  const context: PlanContext = {
    runbook,
    registry,
    environment,
    inputs: inputs.values,
    given: new Set(Object.keys(inputs.values)),
    targets,
    read: idsRead(data),
    problems,
    nodes: [],
    calls: {},
    locks: [],
    chain: [runbook.id],
    borrowed: {},
    ...(request.find === undefined ? {} : { find: request.find }),
  };
  addSections(context);
  const all = { ...context.borrowed, ...targets };
  if (request.bind !== false) problems.unshift(...bindingProblems(all, environment));
  const deadline = durationAt(context, data, 'deadline', 'the runbook');
  const bare: Omit<Plan, 'hash'> = {
    protocol: 1,
    runbook: describe(context),
    inputs: inputs.values,
    inputTypes: inputs.types,
    ...(Object.keys(inputs.secrets).length === 0 ? {} : { secretInputs: inputs.secrets }),
    ...inputTrusts(data['inputs']),
    targets: planTargets(all, environment),
    environment: {
      name: environment.name,
      rehearsal: environment.rehearsal,
      timeScale: environment.timeScale,
      facts: environment.facts,
      ...(environment.sharedAccounts === undefined ? {} : { sharedAccounts: environment.sharedAccounts }),
    },
    lock: '',
    ...outputsOf(data),
    nodes: withRepairs(expandUndoOf(inSections(context.nodes)), registry),
    ...(Object.keys(context.calls).length === 0 ? {} : { calls: context.calls }),
    ...(deadline === undefined ? {} : { deadline }),
    onAbort: documentPolicy(data) === 'undo' ? 'undo' : 'ask',
    closingBudget,
    ...originsOf(context),
    ...(request.stopAfter === undefined ? {} : { stopAfter: request.stopAfter }),
    ...(request.only === undefined ? {} : { only: request.only }),
    ...(request.undoOf === undefined ? {} : { undoOf: request.undoOf }),
  };
  if (request.bind !== false) problems.push(...placeProblems(bare, environment));
  problems.push(...nameProblems(bare, request.stopAfter));
  if (problems.length > 0) return { ok: false, problems };
  return finish(bare, data, context.locks, problems);
}

const besideRank: Readonly<Partial<Record<Lane, number>>> = { finally: 1, watch: 2, comms: 3, postmortem: 4 };

/** What calls bring beside their work joins its section; undo steps stay behind the step that they take back. */
function inSections(nodes: readonly Node[]): readonly Node[] {
  let rank = 0;
  const ranked = nodes.map((node) => ({ node, rank: (rank = node.lane === 'undo' ? rank : (besideRank[node.lane] ?? 0)) }));
  return ranked.sort((one, other) => one.rank - other.rank).map(({ node }) => node);
}

/** A change whose `when` asks about a step that may fail is another way to the same end. */
function withRepairs(nodes: readonly Node[], registry: Registry): readonly Node[] {
  const mayFail = new Set(
    nodes
      .filter(
        (one) =>
          one.kind === 'effect' && one.onFailure === 'continue' && one.critical && one.forEach === undefined && isWork(one.lane),
      )
      .map(({ key }) => key),
  );
  if (mayFail.size === 0) return nodes;
  return nodes.map((node) => {
    const { when } = node.program;
    const changes = node.kind === 'effect' && node.effect !== 'read' && registry.get(node.type)?.manifest.tellsPeople !== true;
    if (when === undefined || !changes || !isWork(node.lane)) return node;
    const frame = node.call === undefined ? '' : `${node.call}.`;
    const asked = [...idsRead({ when })].map((id) => frame + id).filter((key) => mayFail.has(key) && key !== node.key);
    return asked.length === 0 ? node : { ...node, repairs: asked };
  });
}

const isWork = (lane: Lane): boolean => lane === 'containment' || lane === 'main';

/** Who names a group in `of` means the steps in it. */
function expandUndoOf(nodes: readonly Node[]): readonly Node[] {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const isBelow = (node: Node, group: Key): boolean =>
    node.parent !== undefined && (node.parent === group || isBelow(byKey.get(node.parent) ?? { ...node, parent: group }, group));
  const meant = (key: Key): readonly Key[] =>
    byKey.get(key)?.kind === 'group'
      ? nodes.filter((node) => node.has.undo !== 'none' && isBelow(node, key)).map((node) => node.key)
      : [key];
  return nodes.map((node) => (node.of === undefined ? node : { ...node, of: node.of.flatMap(meant) }));
}

/** What may use inputs but is fixed before the run: the lock, the links and the severity. */
function finish(bare: Omit<Plan, 'hash'>, data: Mapping, ofCalls: readonly string[], problems: Problem[]): Planned {
  const draft: Plan = { ...bare, hash: '' };
  const scope = buildScope(draft, initialState(draft), '', { nowMs: 0 });
  const [lock = '', ...more] = lockTexts(data, bare.runbook.id, bare.environment.name).map((text) =>
    rendered(text, scope, 'lock', problems),
  );
  const further = inOrder([...more, ...ofCalls]).filter((one) => one !== lock);
  const links = Object.fromEntries(
    Object.entries(bare.runbook.links).map(([name, link]) => [name, rendered(link, scope, `links.${name}`, problems)]),
  );
  const severity = textOf(data['severity']);
  const urgency = severity === undefined ? {} : { severity: rendered(severity, scope, 'severity', problems, messageTree) };
  if (problems.length > 0) return { ok: false, problems };
  const whole = {
    ...bare,
    lock,
    ...(further.length === 0 ? {} : { locks: further }),
    runbook: { ...bare.runbook, ...urgency, links },
  };
  return { ok: true, plan: { ...whole, hash: planHash(whole) } };
}

function rendered(text: string, scope: Scope, where: string, problems: Problem[], tree = plainTree): string {
  const result = renderTree(tree(text), scope);
  if (result.ok) return typeof result.json === 'string' ? result.json : JSON.stringify(result.json);
  problems.push(problem(result.fault.code, `${where}: ${result.fault.message}`, result.fault.hint));
  return '';
}

function outputsOf(data: Mapping): Pick<Plan, 'outputs'> {
  const found = Object.entries(mappingOf(data['outputs'])).flatMap(([name, source]) => {
    const condition = celOf(source);
    return condition === undefined ? [] : [[name, condition] as const];
  });
  return found.length === 0 ? {} : { outputs: Object.fromEntries(found) };
}

/** Of the step types from outside that steps and their probes use. */
function originsOf({ nodes, registry }: PlanContext): Pick<Plan, 'stepTypes'> {
  const used = new Set(nodes.flatMap(({ type, program }) => [type, ...(program.doneWhen ? [program.doneWhen.type] : [])]));
  const found = [...used].sort().flatMap((type) => {
    const origin = registry.get(type)?.origin;
    return origin === undefined ? [] : [[type, origin] as const];
  });
  return found.length === 0 ? {} : { stepTypes: Object.fromEntries(found) };
}

function describe(context: PlanContext): Plan['runbook'] {
  const { id, sha, data } = context.runbook;
  const summary = textOf(data['summary']);
  const estimate = durationAt(context, data, 'estimate', 'the runbook');
  const links = Object.fromEntries(
    Object.entries(mappingOf(data['links'])).flatMap(([name, link]) => (typeof link === 'string' ? [[name, link]] : [])),
  );
  return {
    id,
    title: textOf(data['title']) ?? id,
    sha,
    owners: textsOf(data['owners']),
    links,
    ...(summary === undefined ? {} : { summary }),
    ...(estimate === undefined ? {} : { estimate }),
  };
}

function scaleProblems(environment: PlanEnvironment): readonly Problem[] {
  const { timeScale, rehearsal, name } = environment;
  if (!(timeScale > 0) || !Number.isFinite(timeScale))
    return [problem('bad-time-scale', `environment "${name}": timeScale must be a positive number`)];
  if (timeScale === 1 || rehearsal) return [];
  return [
    problem(
      'time-scale',
      `environment "${name}" has a timeScale but is not a rehearsal`,
      'mark it rehearsal: true, or remove timeScale',
    ),
  ];
}

/** Names that only the whole plan can resolve. */
function nameProblems(plan: Omit<Plan, 'hash'>, stopAfter: string | undefined): readonly Problem[] {
  const keys = plan.nodes.map((node) => node.key);
  const known = new Set(keys);
  const seen = new Set<string>();
  const repeated = keys.filter((key) => seen.has(key) || !seen.add(key));
  const found: Problem[] = repeated.map((key) => problem('duplicate-id', `two steps are called "${key}"`));
  if (stopAfter !== undefined && !known.has(stopAfter))
    found.push(unknownName('unknown-step', `--to names the unknown step "${stopAfter}"`, stopAfter, keys));
  for (const node of plan.nodes) {
    for (const name of [...node.after, ...(node.of ?? []), node.from, node.to, ...momentsOf(node.at)]) {
      if (name === undefined || known.has(name)) continue;
      found.push(unknownName('unknown-step', `"${node.key}" names the unknown step "${name}"`, name, keys));
    }
  }
  return found;
}

const momentsOf = (at: readonly string[] | undefined): readonly string[] =>
  (at ?? []).flatMap((moment) => (moment.startsWith('step:') ? [moment.slice('step:'.length)] : []));

/** Inputs of a plan as plain JSON, for people and machines. */
export const plainInputs = (inputs: Readonly<Record<string, Value>>): Readonly<Record<string, Json>> =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, value.json ?? null]));
