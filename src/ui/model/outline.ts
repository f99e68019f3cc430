/** The list of a run: sections and steps in the order of the document. Pure; only the lines that are shown are turned into words. */
import { isFinding } from '../../interpreter/core/fold/policy.ts';
import type { Lane, Node, Plan } from '../../interpreter/core/model/plan.ts';
import type { Instance, State } from '../../interpreter/core/model/state.ts';
import { durationText, itemText, statusWord, tookText, valueText, whoText } from '../format.ts';
import { countText, foldedAbove, foldItems, itemsOf } from './items.ts';

export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'active' | 'dim';

/** A place in the list: a heading, a node with the instance that is there (none: it has not begun), or items that are only counted. */
export type Line =
  | { readonly is: 'heading'; readonly title: string }
  | { readonly is: 'fold'; readonly key: string; readonly list: string; readonly text: string; readonly depth: number }
  | {
      readonly is: 'step';
      readonly key: string;
      readonly node: Node;
      readonly instance: Instance | undefined;
      readonly depth: number;
    };

export interface Row {
  readonly key: string;
  readonly depth: number;
  readonly symbol: string;
  readonly word: string;
  readonly title: string;
  readonly tone: Tone;
  /** Time, attempts, value or fault, already short. */
  readonly detail: string;
}

const sections: readonly { readonly lane: Lane; readonly title: string }[] = [
  { lane: 'precondition', title: 'Preconditions' },
  { lane: 'evidence', title: 'Evidence' },
  { lane: 'containment', title: 'Containment' },
  { lane: 'diagnosis', title: 'Diagnosis' },
  { lane: 'main', title: 'Steps' },
  { lane: 'validation', title: 'Validations' },
  { lane: 'undo', title: 'Undo' },
  { lane: 'finally', title: 'Finally' },
  { lane: 'watch', title: 'Watch' },
  { lane: 'comms', title: 'Messages' },
  { lane: 'postmortem', title: 'Postmortem' },
];

/** What of a plan never changes: nodes by section, and how deep each is. */
interface Skeleton {
  readonly lanes: readonly { readonly title: string; readonly lane: Lane; readonly nodes: readonly number[] }[];
  readonly depths: readonly number[];
}

const skeletons = new WeakMap<Plan, Skeleton>();

function skeletonOf(plan: Plan): Skeleton {
  const known = skeletons.get(plan);
  if (known !== undefined) return known;
  const indexes = new Map(plan.nodes.map((node, index) => [node.key, index]));
  const depths: number[] = [];
  const depthAt = (index: number): number => {
    const found = depths[index];
    if (found !== undefined) return found;
    const parent = plan.nodes[index]?.parent;
    const above = parent === undefined ? undefined : indexes.get(parent);
    const depth = above === undefined ? 0 : depthAt(above) + 1;
    depths[index] = depth;
    return depth;
  };
  plan.nodes.forEach((_, index) => depthAt(index));
  const lanes = sections.map(({ lane, title }) => ({
    lane,
    title,
    nodes: plan.nodes.flatMap((node, index) => (node.lane === lane ? [index] : [])),
  }));
  const made = { lanes, depths };
  skeletons.set(plan, made);
  return made;
}

/** Every line of the list; cheap, since little is put into words. `opened`: lists that are shown whole. */
export function outline(plan: Plan, state: Readonly<State>, opened: readonly string[] = []): readonly Line[] {
  const byNode: Instance[][] = [];
  for (const key in state.instances) {
    const instance = state.instances[key];
    if (instance !== undefined) (byNode[instance.node] ??= []).push(instance);
  }
  const { lanes, depths } = skeletonOf(plan);
  const lines: Line[] = [];
  for (const { title, lane, nodes } of lanes) {
    const inside = nodes.flatMap((index) => linesOf(plan, index, byNode[index] ?? [], depths[index] ?? 0, opened));
    // Undo steps are there from the beginning and are shown once one has begun.
    if (inside.length === 0 || (lane === 'undo' && !inside.some(hasBegun))) continue;
    lines.push({ is: 'heading', title }, ...inside);
  }
  return lines;
}

const hasBegun = (line: Line): boolean => line.is === 'step' && line.instance !== undefined;

/** Sendings of a message: those that failed have lines, those that were sent are counted. */
function sendingsOf(node: Node, sendings: readonly Instance[]): readonly Line[] {
  const bad = sendings.filter((one) => one.status === 'failed' || one.status === 'unknown');
  const rest = sendings.filter((one) => !bad.includes(one));
  return [
    ...bad.map((instance): Line => ({ is: 'step', key: instance.key, node, instance, depth: 0 })),
    ...foldLine(node.key, rest, 0, `${node.title}: `),
  ];
}

function foldLine(list: string, rest: readonly Instance[], depth: number, before = ''): readonly Line[] {
  return rest.length === 0 ? [] : [{ is: 'fold', key: `${list}…`, list, depth, text: `${before}${countText(rest)}` }];
}

/** A step inside a forEach has a line for each turn that has begun; its own line stands for those to come. */
function linesOf(
  plan: Plan,
  index: number,
  instances: readonly Instance[],
  depth: number,
  opened: readonly string[],
): readonly Line[] {
  const node = plan.nodes[index];
  if (node === undefined) return [];
  if (node.lane === 'comms') return sendingsOf(node, instances);
  const step = (instance: Instance | undefined, at: number): Line => ({
    is: 'step',
    key: instance?.key ?? node.key,
    node,
    instance,
    depth: at,
  });
  if (instances.length === 0) return [step(undefined, depth)];
  const own = instances.filter((one) => !one.key.endsWith(']'));
  const items = instances.filter((one) => one.key.endsWith(']') && node.kind !== 'group' && one.status !== 'waiting');
  if (own.length === 0 && items.length === 0) return [step(undefined, depth)];
  const below = own.length > 0 ? depth + 1 : depth;
  const { shown, rest } = opened.includes(node.key) ? { shown: items, rest: [] } : foldItems(items);
  return [...own.map((one) => step(one, depth)), ...shown.map((one) => step(one, below)), ...foldLine(node.key, rest, below)];
}

/** The words of one line; `now` is the run clock, for running times. */
export function rowOf(state: Readonly<State>, line: Extract<Line, { is: 'step' }>, now: number): Row {
  const { node, instance, depth, key } = line;
  if (instance?.fault?.code === 'guard-ended') return heldRow(node, instance, depth, now);
  const status = instance?.status ?? 'waiting';
  const finding = isFinding(node) && status === 'failed';
  return {
    key,
    depth,
    symbol: finding ? '!' : (symbols[status] ?? '?'),
    word: finding ? 'finding' : statusWord(status),
    title: instance?.key.endsWith(']') === true ? turnTitle(state, node, instance) : (instance?.show?.title ?? node.title),
    tone: finding ? 'warn' : toneOf(status),
    detail: detailOf(state, node, instance, now),
  };
}

/** An item of the step's own forEach is its title; a step in a turn of a group is told apart by the item of that turn. */
function turnTitle(state: Readonly<State>, node: Node, instance: Instance): string {
  const item = itemText(state, instance);
  if (item === '') return instance.key;
  return instance.item === undefined ? `${node.title}: ${item}` : item;
}

/** A guard that was never needed has held for the whole run. */
const heldRow = (node: Node, instance: Instance, depth: number, now: number): Row => ({
  key: instance.key,
  depth,
  symbol: '✓',
  word: 'held',
  title: instance.show?.title ?? node.title,
  tone: 'dim',
  detail: durationText((instance.finishedAt ?? now) - (instance.startedAt ?? now)),
});

const symbols: Readonly<Record<string, string>> = {
  ok: '✓',
  unchanged: '=',
  failed: '✗',
  unknown: '?',
  cancelled: '⊘',
  skipped: '-',
  waiting: '·',
  resolved: '…',
  asked: '?',
  cleared: '…',
  running: '▸',
  judging: '▸',
  backoff: '↻',
  doubt: '?',
};

function toneOf(status: string): Tone {
  if (status === 'ok' || status === 'unchanged') return 'good';
  if (status === 'failed' || status === 'unknown') return 'bad';
  if (status === 'asked' || status === 'doubt' || status === 'backoff') return 'warn';
  if (status === 'running' || status === 'judging') return 'active';
  return 'dim';
}

function detailOf(state: State, node: Node, instance: Instance | undefined, now: number): string {
  if (instance === undefined || instance.status === 'waiting') return '';
  const parts: string[] = [];
  if (instance.startedAt !== undefined && instance.status !== 'skipped') {
    parts.push(tookText(instance, now));
  }
  const undone = instance.undoState === 'done' || instance.undoState === 'used';
  if (undone) parts.push(instance.overForeign === 'keep' ? 'left as somebody else made it' : 'taken back');
  else if (instance.n > 1) parts.push(`attempt ${String(instance.n)} of ${String(Math.max(node.attempts, instance.n))}`);
  if ((instance.items ?? 0) > foldedAbove)
    return [...parts, `${countText(itemsOf(state, instance))} of ${String(instance.items)}`].join('  ');
  const skip = state.skips[instance.key];
  if (skip !== undefined) return `by ${whoText(skip.by)}: ${skip.reason}`;
  if (instance.status === 'skipped' && instance.skipCause !== undefined) parts.push(instance.skipCause);
  if (instance.undoFault !== undefined && instance.undoState === 'failed')
    parts.push(`undo failed: ${instance.undoFault.message}`);
  if (instance.warnings !== undefined) parts.push(`warning: ${instance.warnings.join('; ')}`);
  if (instance.fault !== undefined) parts.push(instance.fault.message);
  else if (node.kind !== 'group') parts.push(valueText(instance.value, 60));
  return parts.filter((part) => part !== '').join('  ');
}
