/** What a screen shows: a pure function of plan and folded state. Every viewer draws the same picture from the same state. */
import type { Lane, Node, Plan } from '../interpreter/core/plan.ts';
import type { Instance, State } from '../interpreter/core/state.ts';
import type { Shown } from '../interpreter/core/event.ts';
import { durationText, statusWord, valueText } from './words.ts';

export interface Row {
  readonly key: string;
  readonly depth: number;
  readonly symbol: string;
  readonly word: string;
  readonly title: string;
  readonly tone: 'plain' | 'good' | 'bad' | 'warn' | 'active' | 'dim';
  /** Time, attempts, value or fault, already short. */
  readonly detail: string;
}

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

export interface OpenQuestionView {
  readonly id: string;
  readonly key: string;
  readonly ask: string;
  readonly shown: string;
  readonly options: readonly string[];
  readonly show: Shown;
}

export interface View {
  readonly title: string;
  readonly headline: string;
  readonly sections: readonly Section[];
  readonly active: readonly string[];
  readonly questions: readonly OpenQuestionView[];
  readonly changed: readonly string[];
  readonly outcome?: string;
}

const sections: readonly { readonly lane: Lane; readonly title: string }[] = [
  { lane: 'precondition', title: 'Preconditions' },
  { lane: 'evidence', title: 'Evidence' },
  { lane: 'diagnosis', title: 'Diagnosis' },
  { lane: 'main', title: 'Steps' },
  { lane: 'validation', title: 'Validations' },
  { lane: 'finally', title: 'Finally' },
  { lane: 'watch', title: 'Watch' },
  { lane: 'postmortem', title: 'Postmortem' },
];

/** `now`: run clock at which the picture is taken, for running times. */
export function viewOf(plan: Plan, state: State, now: number): View {
  const byNode = new Map<number, Instance[]>();
  for (const instance of Object.values(state.instances)) {
    const list = byNode.get(instance.node);
    if (list === undefined) byNode.set(instance.node, [instance]);
    else list.push(instance);
  }
  const built = sections
    .map(({ lane, title }) => ({
      title,
      rows: plan.nodes.flatMap((node, index) => rowsOf({ plan, state, now }, node, byNode.get(index) ?? [], lane)),
    }))
    .filter((section) => section.rows.length > 0);
  const questions = Object.entries(state.questions).map(([id, question]) => ({ id, ...question }));
  return {
    title: `${plan.runbook.title}`,
    headline: [
      plan.runbook.id,
      `env ${plan.environment.name}${plan.environment.timeScale === 1 ? '' : ` (time x${String(plan.environment.timeScale)})`}`,
      state.operator?.name ?? '',
      durationText(now) + (plan.runbook.estimate === undefined ? '' : ` of about ${durationText(plan.runbook.estimate)}`),
      state.paused ? 'PAUSED' : state.phase,
    ]
      .filter((part) => part !== '')
      .join('  ·  '),
    sections: built,
    active: Object.keys(state.open).filter((key) => {
      const instance = state.instances[key];
      return instance?.status === 'running' && plan.nodes[instance.node]?.lane !== 'watch';
    }),
    questions,
    changed: Object.values(state.instances)
      .filter((one) => one.changed === true && plan.nodes[one.node]?.lane !== 'comms')
      .map((one) => one.key),
    ...(state.outcome === undefined ? {} : { outcome: state.outcome }),
  };
}

interface Picture {
  readonly plan: Plan;
  readonly state: State;
  readonly now: number;
}

/** A step inside a forEach has a row for each turn that has begun; its own row stands for those to come. */
function rowsOf(picture: Picture, node: Node, instances: readonly Instance[], lane: Lane): readonly Row[] {
  if (node.lane !== lane) return [];
  const depth = depthOf(picture.plan, node);
  const own = instances.filter((one) => !one.key.endsWith(']'));
  const items = instances.filter((one) => one.key.endsWith(']'));
  const telling = items.filter((one) => node.kind !== 'group' && one.status !== 'waiting');
  const single = own.length > 0 ? own : telling.length > 0 ? [] : [undefined];
  const below = single.length > 0 ? depth + 1 : depth;
  return [...single.map((one) => row(picture, node, one, depth)), ...telling.map((one) => row(picture, node, one, below))];
}

function depthOf(plan: Plan, node: Node): number {
  let depth = 0;
  for (let parent = node.parent; parent !== undefined; parent = plan.nodes.find((one) => one.key === parent)?.parent) depth += 1;
  return depth;
}

function row({ state, now }: Picture, node: Node, instance: Instance | undefined, depth: number): Row {
  if (instance?.fault?.code === 'guard-ended') return heldRow(node, instance, depth, now);
  const status = instance?.status ?? 'waiting';
  const finding = node.lane === 'diagnosis' && status === 'failed';
  return {
    key: instance?.key ?? node.key,
    depth,
    symbol: finding ? '!' : (symbols[status] ?? '?'),
    word: finding ? 'finding' : statusWord(status),
    title: instance?.key.endsWith(']') === true ? turnTitle(state, node, instance) : (instance?.show?.title ?? node.title),
    tone: finding ? 'warn' : toneOf(status),
    detail: detailOf(node, instance, now),
  };
}

/** An item of the step's own forEach is its title; a step in a turn of a group is told apart by the item of that turn. */
function turnTitle(state: State, node: Node, instance: Instance): string {
  const own = valueText(instance.item, 30);
  if (own !== '') return own;
  const turn = instance.parent === undefined ? '' : valueText(state.instances[instance.parent]?.item, 30);
  return turn === '' ? instance.key : `${node.title}: ${turn}`;
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

function toneOf(status: string): Row['tone'] {
  if (status === 'ok' || status === 'unchanged') return 'good';
  if (status === 'failed' || status === 'unknown') return 'bad';
  if (status === 'asked' || status === 'doubt' || status === 'backoff') return 'warn';
  if (status === 'running' || status === 'judging') return 'active';
  return 'dim';
}

function detailOf(node: Node, instance: Instance | undefined, now: number): string {
  if (instance === undefined || instance.status === 'waiting') return '';
  const parts: string[] = [];
  if (instance.startedAt !== undefined && instance.status !== 'skipped') {
    parts.push(durationText((instance.finishedAt ?? now) - instance.startedAt));
  }
  if (instance.n > 1) parts.push(`attempt ${String(instance.n)} of ${String(Math.max(node.attempts, instance.n))}`);
  if (instance.status === 'skipped' && instance.skipCause !== undefined) parts.push(instance.skipCause);
  if (instance.fault !== undefined) parts.push(instance.fault.message);
  else if (node.kind !== 'group') parts.push(valueText(instance.value, 60));
  return parts.filter((part) => part !== '').join('  ');
}
