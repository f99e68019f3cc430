/** What a step may read when it is evaluated: the roots of conditions and templates, built from plan and state alone. */
import { indexOf } from '../core/model/plan-index.ts';
import type { Node, Plan } from '../core/model/plan.ts';
import type { Instance, State } from '../core/model/state.ts';
import { inputsKey } from '../core/model/keys.ts';
import type { Key, Ms, Value } from '../core/model/value.ts';
import { parseDuration } from './duration.ts';
import { readMoment } from './moment.ts';
import type { RecordContext } from './records.ts';
import { lazyRecord, stateWord, stepRecord, turnsOf } from './records.ts';
import type { Scope } from './scope-type.ts';
import type { LoadReference } from './value.ts';
import { Span, isList, isRecord, openValue } from './value.ts';

export type { Scope } from './scope-type.ts';

export interface ScopeExtra {
  /** Of the reading at hand: for `value`, `expect`, `until`. */
  readonly value?: Value;
  readonly result?: Value;
  /** Read just before the step (doneWhen). */
  readonly before?: Value;
  /** Run clock. */
  readonly nowMs: Ms;
  /** Wall time of the run's opening, ms since 1970 or RFC 3339: makes `run.startedAt` and the times of steps readable. */
  readonly openedAt?: number | string;
  /** Comms: the moment that is due, and the step it is about. */
  readonly moment?: { readonly moment: string; readonly of?: Key };
  /** A message is for people: what has not happened yet has a word instead of nothing. */
  readonly message?: boolean;
  readonly load?: LoadReference;
}

export function buildScope(plan: Plan, state: Readonly<State>, key: Key, extra: ScopeExtra): Scope {
  const node = nodeOfKey(plan, state, key);
  const openedAt = wallMs(extra.openedAt);
  const context: RecordContext = {
    plan,
    state,
    turns: turnsOf(key),
    ...(openedAt === undefined ? {} : { openedAt }),
    ...(extra.load === undefined ? {} : { load: extra.load }),
  };
  return {
    ...namesOf(context, node),
    env: environmentOf(plan),
    steps: stepsOf(context, ownerOf(plan, node), node?.call),
    run: runOf(plan, state, node, key, extra, openedAt),
    step: stepOf(context, node, key, extra),
    ...itemsOf(plan, state, key),
    ...(extra.value === undefined ? {} : { value: openValue(extra.value, extra.load) }),
    ...(extra.result === undefined ? {} : { result: openValue(extra.result, extra.load) }),
  };
}

const wallMs = (at: number | string | undefined): number | undefined => (typeof at === 'string' ? Date.parse(at) : at);

/** `x[1]`, `x~after`, `comms1#0` -> the node of `x`. Undo steps have keys with a tilde of their own. */
export function nodeOfKey(plan: Plan, state: Readonly<State>, key: Key): Node | undefined {
  const index = state.instances[key]?.node ?? indexOf(plan).byKey.get(key.replace(/(\[\d+\]|~after|#\d+)+$/, ''));
  return index === undefined ? undefined : plan.nodes[index];
}

/** Inputs, targets and links are those of the runbook in which the step stands; a runbook that is called sees nothing of its caller. */
function namesOf(context: RecordContext, node: Node | undefined): Pick<Scope, 'inputs' | 'targets' | 'links'> {
  const { plan, state } = context;
  const call = node?.call === undefined ? undefined : plan.calls?.[node.call];
  if (node?.call === undefined || call === undefined)
    return { inputs: inputsOf(plan, state), targets: targetsOf(plan.targets), links: plan.runbook.links };
  const own = Object.entries(call.targets).map(([name, of]) => [name, plan.targets[of] ?? { type: '' }] as const);
  return {
    inputs: inputsOfCall(context, node, node.call),
    targets: targetsOf(Object.fromEntries(own)),
    links: call.links,
  };
}

const targetsOf = (targets: Plan['targets']): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, target.members ?? name]));

/** What the document of a called runbook itself may read (its lock), when its inputs are typed. */
export function scopeOfCall(plan: Plan, key: Key, inputs: unknown): Scope {
  const call = plan.calls?.[key];
  const targets = Object.entries(call?.targets ?? {}).map(([name, of]) => [name, plan.targets[of] ?? { type: '' }] as const);
  return {
    inputs: typedInputs(isRecord(inputs) ? inputs : {}, call?.inputTypes ?? {}),
    targets: targetsOf(Object.fromEntries(targets)),
    env: environmentOf(plan),
  };
}

const environmentOf = ({ environment: { facts, name, rehearsal } }: Plan): Readonly<Record<string, unknown>> => ({
  ...facts,
  name,
  rehearsal,
});

/** As the call typed them, in the turn in which the reader stands. */
function inputsOfCall(context: RecordContext, node: Node, call: Key): Readonly<Record<string, unknown>> {
  const { plan } = context;
  const index = indexOf(plan).byKey.get(inputsKey(call));
  const bound = index === undefined ? undefined : plan.nodes[index];
  const given = bound === undefined ? null : stepRecord(context, bound, ownerOf(plan, node))['value'];
  return typedInputs(isRecord(given) ? given : {}, plan.calls?.[call]?.inputTypes ?? {});
}

/** An undo step reads as the step whose undo it is: the same turn, the same siblings. */
export function ownerOf(plan: Plan, node: Node | undefined): Node | undefined {
  const owner = node === undefined ? undefined : indexOf(plan).undoOwners.get(node.key);
  return owner === undefined ? node : plan.nodes[owner];
}

/** Current values (an operator may have changed one), as their declared types. */
function inputsOf(plan: Plan, state: Readonly<State>): Readonly<Record<string, unknown>> {
  const open = Object.entries({ ...plan.inputs, ...state.inputs }).map(([name, value]) => [name, openValue(value)] as const);
  return typedInputs(Object.fromEntries(open), plan.inputTypes);
}

/** Values as their declared types: a duration is one, and so is a point in time. */
export function typedInputs(
  values: Readonly<Record<string, unknown>>,
  types: Plan['inputTypes'],
): Readonly<Record<string, unknown>> {
  const made = Object.create(null) as Record<string, unknown>;
  for (const [name, open] of Object.entries(values)) {
    const declared = types[name];
    made[name] = isList(open) ? open.map((one) => typedInput(one, declared?.of)) : typedInput(open, declared?.type);
  }
  return made;
}

function typedInput(value: unknown, type: string | undefined): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'duration') {
    const ms = parseDuration(value);
    return ms === undefined ? value : new Span(ms);
  }
  if (type === 'timestamp') return readMoment(value) ?? value;
  return (type === 'integer' || type === 'number') && /^-?[0-9]{1,19}$/.test(value) ? BigInt(value) : value;
}

/** Undo steps and the like have keys that no document can name. */
const stepId = /^[a-z][A-Za-z0-9_]*$/;
/** The plan itself asks whether a call was begun; lint lets no document do so. */
const isInputs = (name: string): boolean => name.endsWith(':inputs');

function stepsOf(context: RecordContext, reader: Node | undefined, call: Key | undefined): Readonly<Record<string, unknown>> {
  const { byKey } = indexOf(context.plan);
  const before = call === undefined ? '' : `${call}.`;
  const nameOf = (key: Key): readonly string[] => {
    const name = key.slice(before.length);
    return key.startsWith(before) && stepId.test(name) ? [name] : [];
  };
  return lazyRecord(
    () => [...byKey.keys()].flatMap(nameOf),
    (name) => {
      const index = stepId.test(name) || isInputs(name) ? byKey.get(before + name) : undefined;
      const node = index === undefined ? undefined : context.plan.nodes[index];
      return node === undefined ? undefined : stepRecord(context, node, reader);
    },
  );
}

/** `run.step` in a message is the step that the moment is about, otherwise what is being done now. */
function runOf(
  plan: Plan,
  state: Readonly<State>,
  node: Node | undefined,
  key: Key,
  extra: ScopeExtra,
  openedAt: number | undefined,
): Readonly<Record<string, unknown>> {
  const about = extra.moment?.of;
  const now = about ?? currentStep(plan, state, node, key);
  const outcome = state.outcome ?? null;
  const moment = extra.moment?.moment;
  return {
    id: state.run,
    runbook: plan.runbook.id,
    title: plan.runbook.title,
    elapsed: new Span(extra.nowMs),
    step: now ?? (moment === undefined || moment === 'every' ? state.phase : moment),
    state: about === undefined ? (outcome ?? runWord(state)) : stateWord(state.instances[about]?.status),
    phase: state.phase,
    outcome: outcome ?? (extra.message === true ? 'running' : null),
    severity: plan.runbook.severity ?? null,
    operator: state.operator?.name ?? null,
    changed: state['changed'] === true,
    startedAt: openedAt === undefined ? null : new Date(openedAt),
    now: openedAt === undefined ? null : new Date(openedAt + extra.nowMs),
  };
}

const runWord = (state: Readonly<State>): string =>
  Object.keys(state.questions).length > 0 ? 'waiting' : state.paused ? 'paused' : 'running';

/** The step itself, or, for what runs beside the run (comms, watch), the newest open step of the work. */
function currentStep(plan: Plan, state: Readonly<State>, node: Node | undefined, key: Key): string | undefined {
  if (node !== undefined && node.lane !== 'comms' && node.lane !== 'watch') return node.key;
  let newest: Instance | undefined;
  for (const open of Object.keys(state.open)) {
    const instance = state.instances[open];
    const lane = instance === undefined ? undefined : plan.nodes[instance.node]?.lane;
    if (instance === undefined || open === key || lane === 'comms' || lane === 'watch') continue;
    if (plan.nodes[instance.node]?.kind === 'group') continue;
    if (newest === undefined || instance.since >= newest.since) newest = instance;
  }
  return newest === undefined ? undefined : plan.nodes[newest.node]?.key;
}

function stepOf(context: RecordContext, node: Node | undefined, key: Key, extra: ScopeExtra): Readonly<Record<string, unknown>> {
  const instance = context.state.instances[key];
  return {
    id: node?.key ?? key,
    title: node?.title ?? '',
    attempt: instance?.n ?? 0,
    state: stateWord(instance?.status),
    before: openValue(extra.before ?? instance?.before),
    target: node?.target ?? null,
  };
}

/** `item` and the names of `as` of all turns around this instance, innermost last. */
function itemsOf(plan: Plan, state: Readonly<State>, key: Key): Readonly<Record<string, unknown>> {
  const turns: Instance[] = [];
  let at: Key | undefined = key;
  for (let depth = 0; at !== undefined && depth < 64; depth += 1) {
    const instance: Instance | undefined = state.instances[at];
    if (instance?.item !== undefined) turns.unshift(instance);
    at = instance?.undoFor ?? instance?.parent;
  }
  const made = Object.create(null) as Record<string, unknown>;
  for (const turn of turns) {
    const name = plan.nodes[turn.node]?.program.forEach?.as ?? 'item';
    const item = openValue(turn.item);
    made['item'] = item;
    made[name] = item;
  }
  return made;
}
