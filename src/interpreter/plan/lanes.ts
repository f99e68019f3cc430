/** The sections of the document -> nodes in document order: groups before their children, a step's undo right after it. */
import { commsType, sections } from '../document/steps.ts';
import type { Lane, Moment, Node } from '../core/model/plan.ts';
import type { Json, Key } from '../core/model/value.ts';
import { branchesOf } from './branches.ts';
import { addCall, isCallStep } from './call.ts';
import { withBranches } from './choice.ts';
import type { StepPlace, PlanContext } from './context.ts';
import { waitAt } from './context.ts';
import { scaledWait } from '../language/scaling.ts';
import type { Mapping } from './json.ts';
import { isArray, isMapping, textOf, textsOf, without } from './json.ts';
import { addNeeded, asksInside } from './needed-inputs.ts';
import { groupNode, restoringNode, stepNode, undoStepsOf } from './node.ts';
import { documentPolicy, failurePolicy, isParallelGroup, isTogether } from './policies.ts';

/** How often a guard without `every` looks. */
const defaultWatch = 10_000;

export function addSections(context: PlanContext): void {
  const { data } = context.runbook;
  const onFailure = context.policy ?? documentPolicy(data);
  const shared = { onFailure, ...(context.isMaybe === true ? { maybe: true } : {}) };
  for (const [section, lane] of sections) {
    const entries = mappings(data[section]);
    const base = { ...shared, lane, pointer: `/${section}`, ...(lane === 'validation' ? { together: true } : {}) };
    if (lane === 'comms') entries.forEach(({ step, index }) => addComms(context, step, index));
    else if (lane === 'watch')
      entries.forEach(({ step, index }) =>
        addWatch(context, step, { ...base, pointer: `/${section}/${String(index)}`, after: [] }),
      );
    else addList(context, data[section], { ...base, after: lane === 'finally' ? lastRoot(context, lane) : [] });
  }
}

/** What called runbooks always do at the end comes before what the caller does. */
const lastRoot = ({ nodes }: PlanContext, lane: Lane): readonly Key[] =>
  nodes
    .filter((node) => node.lane === lane && node.parent === undefined)
    .slice(-1)
    .map(({ key }) => key);

interface Entry {
  readonly step: Mapping;
  readonly index: number;
}

function mappings(json: Json | undefined): readonly Entry[] {
  if (!isArray(json)) return [];
  return json.flatMap((step, index) => (isMapping(step) ? [{ step, index }] : []));
}

const keyOf = (step: Mapping, place: StepPlace): Key => textOf(step['id']) ?? place.pointer.slice(1).replaceAll('/', '_');

/** One after the other; in a parallel group only `needs` delays. */
function addList(context: PlanContext, json: Json | undefined, place: StepPlace, parallel = false): void {
  const entries = mappings(json);
  let previous = place.after;
  for (const { step, index } of entries) {
    const pointer = `${place.pointer}/${String(index)}`;
    const after = parallel ? textsOf(step['needs']).flatMap((id) => needed(entries, id)) : previous;
    const listed: StepPlace = { ...place, pointer, after };
    const key = keyOf(step, listed);
    const own = asksInside(step) ? listed : addNeeded(context, key, listed, step['when']);
    addStep(context, step, key, own);
    previous = withBranches(step, key).slice(-1);
  }
}

/** Who needs a choice waits for the chosen way too. */
function needed(entries: readonly Entry[], id: string): readonly Key[] {
  const step = entries.find((one) => one.step['id'] === id)?.step;
  return step === undefined ? [id] : withBranches(step, id).slice(-1);
}

function addStep(context: PlanContext, step: Mapping, key: Key, outer: StepPlace): void {
  const place = step['when'] === undefined && step['offer'] === undefined ? outer : { ...outer, maybe: true };
  if (isCallStep(step)) {
    addCall(context, step, key, place, addSections);
    return;
  }
  if (step['steps'] !== undefined && step['type'] === undefined) {
    context.nodes.push(groupNode(context, step, key, place));
    const onFailure = failurePolicy(step, place.lane, place.onFailure);
    const inner = context.nodes.length;
    const inside: StepPlace = {
      lane: place.lane,
      pointer: `${place.pointer}/steps`,
      parent: key,
      after: [],
      onFailure,
      ...(place.maybe === true ? { maybe: true } : {}),
      together: isTogether(step, place),
    };
    addList(context, step['steps'], asksInside(step) ? addNeeded(context, key, inside) : inside, isParallelGroup(step));
    if (step['atLeast'] !== undefined) makeFindings(context.nodes, inner);
    return;
  }
  const node = stepNode(context, step, key, place);
  if (node === undefined) return;
  const undos = addable(context, step, key, place, node);
  const captures = undos.some((one) => one.restores === true) ? { captures: true as const } : {};
  context.nodes.push(undos.length === 0 ? node : { ...node, ...captures, undoSteps: undos.map((one) => one.key) }, ...undos);
  for (const branch of branchesOf(context, step, key, place)) {
    context.nodes.push(branch.node);
    addList(context, branch.steps, addNeeded(context, branch.key, branch.inside));
  }
}

/** One of several checks that is false stops nothing: the group counts. */
function makeFindings(nodes: Node[], from: number): void {
  for (let index = from; index < nodes.length; index += 1) {
    const node = nodes[index];
    if (node !== undefined) nodes[index] = { ...omitTogether(node), finding: true };
  }
}

function omitTogether({ together, ...node }: Node): Node {
  void together;
  return node;
}

function addable(context: PlanContext, step: Mapping, key: Key, place: StepPlace, node: Node): readonly Node[] {
  return undoStepsOf(step).flatMap((undo, index) => {
    if (undo === 'restore') return [restoringNode(node, `${key}~undo${String(index)}`)];
    const pointer = isArray(step['undo']) ? `${place.pointer}/undo/${String(index)}` : `${place.pointer}/undo`;
    // The target of the node has its replaced fields in it.
    const inherited =
      undo['target'] === undefined && undo['at'] === undefined && undo['type'] === step['type'] && node.target !== undefined
        ? { target: node.target }
        : {};
    const title = textOf(undo['title']) ?? `Undo: ${node.title}`;
    const made = stepNode(context, { ...inherited, ...undo, title }, `${key}~undo${String(index)}`, {
      lane: 'undo',
      pointer,
      after: [],
      onFailure: 'continue',
    });
    return made === undefined ? [] : [made];
  });
}

/** A guard: polled until its `expect` stops holding; its `then` steps start only when it has tripped. */
function addWatch(context: PlanContext, step: Mapping, place: StepPlace): void {
  const key = keyOf(step, place);
  const { levels } = step;
  if (!isArray(levels)) return addGuard(context, step, key, place);
  const common = without(step, ['levels', 'onFailure']);
  levels.forEach((level, index) => {
    if (!isMapping(level)) return;
    const isLast = index === levels.length - 1;
    const title = `${textOf(step['title']) ?? key}, level ${String(index + 1)}`;
    // A lower level only tells; what a tripped guard means for the run is settled by the last one.
    const onFailure = isLast ? step['onFailure'] : 'continue';
    const guard = { ...common, ...level, title, ...(onFailure === undefined ? {} : { onFailure }) };
    addGuard(context, guard, `${key}~level${String(index + 1)}`, {
      ...place,
      pointer: `${place.pointer}/levels/${String(index)}`,
    });
  });
}

function addGuard(context: PlanContext, step: Mapping, key: Key, place: StepPlace): void {
  const where = `watch "${key}"`;
  const { then, from, to } = step;
  const own = without(step, ['every', 'for', 'repeat', 'then', 'from', 'to']);
  const node = stepNode(context, { ...own, type: own['type'] ?? 'check' }, key, place);
  if (node === undefined) return;
  const every = waitAt(context, step, 'every', where) ?? scaledWait(defaultWatch, context.environment.timeScale);
  const between = {
    ...(textOf(from) === undefined ? {} : { from: textOf(from) ?? '' }),
    ...(textOf(to) === undefined ? {} : { to: textOf(to) ?? '' }),
  };
  const hold = waitAt(context, step, 'for', where) ?? 0;
  const repeat = waitAt(context, step, 'repeat', where);
  const guard = { hold, ...(repeat === undefined ? {} : { repeat }) };
  const isPlain = hold === 0 && repeat === undefined;
  context.nodes.push({ ...node, every, ...(isPlain ? {} : { guard }), ...between });
  addList(context, then, { lane: 'watch', pointer: `${place.pointer}/then`, parent: key, after: [], onFailure: 'continue' });
}

const moments: readonly string[] = ['started', 'waiting', 'finished', 'succeeded', 'failed'];

/** Messages at moments or every so often; their failure is a warning. */
function addComms(context: PlanContext, step: Mapping, index: number): void {
  const key = textOf(step['id']) ?? `comms${String(index + 1)}`;
  const place: StepPlace = { lane: 'comms', pointer: `/comms/${String(index)}`, after: [], onFailure: 'continue' };
  const { at } = step;
  const own = without(step, ['at', 'every']);
  const node = stepNode(context, { ...own, type: own['type'] ?? commsType }, key, place);
  if (node === undefined) return;
  const every = waitAt(context, step, 'every', key);
  const due = textsOf(at).map((one) => (moments.includes(one) ? one : `step:${one}`)) as readonly Moment[];
  // Shown here; receivers get a title only where the author gives one, since it names tickets and incidents.
  const title = textOf(own['title']) ?? `Message to ${textOf(own['to']) ?? textOf(own['target']) ?? 'people'}`;
  context.nodes.push({ ...node, title, ...(due.length === 0 ? {} : { at: due }), ...(every === undefined ? {} : { every }) });
}
