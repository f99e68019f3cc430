/** The record of a step as expressions read it: `steps.x.{value, result, ok, state, ...}`. */
import { splitItem, suffixOf } from '../core/model/keys.ts';
import { indexOf } from '../core/model/plan-index.ts';
import type { Node, Plan } from '../core/model/plan.ts';
import type { Instance, State } from '../core/model/state.ts';
import type { Status } from '../core/model/status.ts';
import type { Key } from '../core/model/value.ts';
import type { LoadReference } from './value.ts';
import { asKeyText, openValue } from './value.ts';

export interface RecordContext {
  readonly plan: Plan;
  readonly state: Readonly<State>;
  /** Positions of the enclosing turns of the reader, outermost first. */
  readonly turns: readonly number[];
  /** Wall time of the run's opening, ms since 1970; without it times are nothing. */
  readonly openedAt?: number;
  readonly load?: LoadReference;
}

const words: Readonly<Record<Status, string>> = {
  waiting: 'waiting',
  resolved: 'waiting',
  cleared: 'waiting',
  asked: 'asked',
  running: 'running',
  judging: 'running',
  backoff: 'running',
  doubt: 'unknown',
  ok: 'ok',
  unchanged: 'unchanged',
  skipped: 'skipped',
  failed: 'failed',
  unknown: 'unknown',
  cancelled: 'cancelled',
};

export const stateWord = (status: Status | undefined): string => (status === undefined ? 'waiting' : words[status]);
const succeeded = (status: Status | undefined): boolean => status === 'ok' || status === 'unchanged';

/** Ancestors of a node that have a forEach, outermost first. */
export function enclosing(plan: Plan, node: Node): readonly Node[] {
  const { byKey } = indexOf(plan);
  const found: Node[] = [];
  for (let parent = node.parent; parent !== undefined;) {
    const index = byKey.get(parent);
    const ancestor = index === undefined ? undefined : plan.nodes[index];
    if (ancestor === undefined) break;
    if (ancestor.forEach !== undefined) found.unshift(ancestor);
    parent = ancestor.parent;
  }
  return found;
}

/** Turns of a key: `book[1][0]` -> [1, 0]; `x~after[2]` -> [2]. */
export const turnsOf = (key: Key): readonly number[] => [...key.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]));

/** Inside a turn a sibling's record is that turn's; seen from outside it is the collection over the turns. */
export function stepRecord(context: RecordContext, node: Node, reader: Node | undefined): Readonly<Record<string, unknown>> {
  const around = enclosing(context.plan, node);
  const readersAround =
    reader === undefined ? [] : [...enclosing(context.plan, reader), ...(reader.forEach === undefined ? [] : [reader])];
  let shared = 0;
  while (shared < around.length && around[shared] === readersAround[shared] && context.turns[shared] !== undefined) shared += 1;
  const suffix = context.turns
    .slice(0, shared)
    .map((turn) => `[${String(turn)}]`)
    .join('');
  const outside = around[shared];
  return outside === undefined ? recordAt(context, node, `${node.key}${suffix}`) : collected(context, node, outside, suffix);
}

function recordAt(context: RecordContext, node: Node, key: Key): Readonly<Record<string, unknown>> {
  const instance = context.state.instances[key];
  const single = plainRecord(context, instance);
  if (node.forEach === undefined) return single;
  const { items, members } = itemsBelow(context, key);
  return { ...single, ...summary(context, items, members) };
}

/** A child of a group's forEach, read from outside the group: its own instances, keyed by the items of the group. */
function collected(context: RecordContext, node: Node, outside: Node, suffix: string): Readonly<Record<string, unknown>> {
  const group = context.state.instances[`${outside.key}${suffix}`];
  const { items } = itemsBelow(context, `${outside.key}${suffix}`);
  const members = items.map((one) => context.state.instances[`${node.key}${suffix}[${String(splitItem(one.key)?.index ?? 0)}]`]);
  return { ...plainRecord(context, group), result: null, ...summary(context, items, members) };
}

function itemsBelow(
  context: RecordContext,
  key: Key,
): { readonly items: readonly Instance[]; readonly members: readonly Instance[] } {
  const count = context.state.instances[key]?.items ?? context.state.instances[key]?.list?.length ?? 0;
  const items: Instance[] = [];
  for (let index = 0; index < count; index += 1) {
    const instance = context.state.instances[`${key}[${String(index)}]`];
    if (instance !== undefined) items.push(instance);
  }
  return { items, members: items };
}

function plainRecord(context: RecordContext, instance: Instance | undefined): Readonly<Record<string, unknown>> {
  return {
    // Getters: a large value is in a file, which is read only when an expression asks.
    get value() {
      return openValue(valueOf(context, instance), context.load);
    },
    get result() {
      return openValue(instance?.result, context.load);
    },
    ok: succeeded(instance?.status),
    state: stateWord(instance?.status),
    changed: instance?.changed === true || instance?.changed === 'unknown',
    error: faultOf(instance),
    before: openValue(instance?.before),
    startedAt: wallOf(context, instance?.startedAt),
    finishedAt: wallOf(context, instance?.finishedAt),
    items: [],
    failed: [],
    succeeded: [],
  };
}

/** A call has the outputs of its runbook as its value. */
function valueOf({ plan, state }: RecordContext, instance: Instance | undefined): Instance['value'] {
  const node = instance === undefined ? undefined : plan.nodes[instance.node];
  if (instance === undefined || node?.outputs === undefined) return instance?.value;
  return state.instances[node.outputs + suffixOf(node, instance.key)]?.value;
}

const faultOf = (instance: Instance | undefined): unknown =>
  instance?.fault === undefined
    ? null
    : { class: instance.fault.class, code: instance.fault.code, message: instance.fault.message };

const wallOf = (context: RecordContext, at: number | undefined): Date | null =>
  at === undefined || context.openedAt === undefined ? null : new Date(context.openedAt + at);

/** `value`: item -> value of those that have one; `items failed succeeded`: lists of `{ item, value, ok, state, error }`. */
function summary(
  context: RecordContext,
  items: readonly Instance[],
  members: readonly (Instance | undefined)[],
): Readonly<Record<string, unknown>> {
  const { load } = context;
  const value = Object.create(null) as Record<string, unknown>;
  const lines = items.map((item, index) => {
    const member = members[index];
    const open = openValue(item.item, load);
    const own = openValue(valueOf(context, member), load);
    if (own !== null) value[asKeyText(open)] = own;
    return {
      item: open,
      value: own,
      ok: succeeded(member?.status),
      changed: member?.changed === true,
      state: stateWord(member?.status),
      error: faultOf(member),
    };
  });
  return {
    value,
    changed: lines.some((line) => line.changed),
    items: lines,
    failed: lines.filter((line) => ['failed', 'unknown', 'cancelled'].includes(line.state)),
    succeeded: lines.filter((line) => line.ok),
  };
}

/** A record made when it is read: a plan of 10,000 steps must not be walked for each condition. */
export function lazyRecord(names: () => readonly string[], read: (name: string) => unknown): Readonly<Record<string, unknown>> {
  const known = new Map<string, unknown>();
  const get = (name: string | symbol): unknown => {
    if (typeof name !== 'string') return undefined;
    if (!known.has(name)) known.set(name, read(name));
    return known.get(name);
  };
  const target = Object.create(null) as Record<string, unknown>;
  return new Proxy(target, {
    get: (_, name) => get(name),
    has: (_, name) => get(name) !== undefined,
    ownKeys: () => [...names()],
    getOwnPropertyDescriptor: (_, name) => {
      const value = get(name);
      return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: false };
    },
  });
}
