/** What is to be known about one step now: what is sent and where, attempt, time left, what happens next. Pure. */
import type { Node, Plan } from '../../interpreter/core/model/plan.ts';
import type { Instance, State } from '../../interpreter/core/model/state.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { durationText, statusWord, titleOf, tookText, valueText } from '../format.ts';

export interface Detail {
  readonly key: string;
  readonly title: string;
  /** `label: text`, in order. */
  readonly facts: readonly (readonly [string, string])[];
  /** Of a wait. */
  readonly wait?: {
    readonly condition: string;
    readonly hold: number;
    readonly until: number | undefined;
    readonly then: string;
  };
  /** Attempt whose output is to be shown. */
  readonly attempt: number;
}

const afterFailure: Readonly<Record<Node['onFailure'], string>> = {
  abort: 'the run stops',
  continue: 'the run continues',
  undo: 'the run stops and is undone',
  ask: 'you are asked',
};

export function detailFor(plan: Plan, state: Readonly<State>, key: string, now: number): Detail | undefined {
  const instance = state.instances[key];
  const node = instance === undefined ? plan.nodes.find((one) => one.key === key) : plan.nodes[instance.node];
  if (node === undefined) return undefined;
  const { observe } = node.program;
  return {
    key,
    title: titleOf(plan, state, key),
    facts: factsOf(node, instance, now).filter(([, text]) => text !== ''),
    ...(observe === undefined || instance?.status !== 'running'
      ? {}
      : { wait: { condition: observe.until, hold: observe.hold, until: instance.until, then: afterLimit(node, instance) } }),
    attempt: Math.max(1, instance?.n ?? 1),
  };
}

function factsOf(node: Node, instance: Instance | undefined, now: number): readonly (readonly [string, string])[] {
  const target = instance?.show?.target ?? node.target ?? '';
  const running = instance?.status === 'running';
  return [
    ['step', `${node.key}, ${node.type}${target === '' ? '' : ` on ${target}`}, ${instance?.effect ?? node.effect}`],
    ['state', instance === undefined ? 'waiting' : stateText(node, instance, now)],
    ['sends', instance?.show?.describe ?? ''],
    ['note', instance?.show?.note ?? ''],
    ['until', waitText(node)],
    ['limit', running && node.program.observe === undefined ? limitText(node, instance, now) : ''],
    [
      'fault',
      instance?.fault === undefined
        ? ''
        : `${instance.fault.message}${instance.fault.hint === undefined ? '' : ` (${instance.fault.hint})`}`,
    ],
    ['warning', (instance?.warnings ?? []).join('; ')],
    ['value', valueText(instance?.value, 400)],
    ['undo', undoText(node, instance)],
  ];
}

function stateText(node: Node, instance: Instance, now: number): string {
  const parts = [statusWord(instance.status)];
  if (instance.startedAt !== undefined) parts.push(tookText(instance, now));
  if (instance.n > 1 || node.attempts > 1)
    parts.push(`attempt ${String(Math.max(1, instance.n))} of ${String(Math.max(node.attempts, instance.n))}`);
  if (instance.status === 'backoff' && instance.due !== undefined)
    parts.push(`again in ${durationText(Math.max(0, instance.due - now))}`);
  return parts.join(', ');
}

function waitText(node: Node): string {
  const { observe } = node.program;
  if (observe === undefined) return '';
  const hold = observe.hold > 0 ? `, for ${durationText(observe.hold)}` : '';
  const abort = observe.abortWhen === undefined ? '' : `; ends at once when ${observe.abortWhen}`;
  return `${observe.until}${hold}, read every ${durationText(observe.every)}${abort}`;
}

/** What is left, and what happens when it runs out. */
function limitText(node: Node, instance: Instance, now: number): string {
  if (instance.until === undefined || instance.until === 0) return '';
  const left = durationText(Math.max(0, instance.until - now));
  return `${left} left, then ${afterLimit(node, instance)}`;
}

const afterLimit = (node: Node, instance: Instance): string =>
  `it fails and ${node.attempts > instance.n ? 'it is attempted again' : afterFailure[node.onFailure]}`;

function undoText(node: Node, instance: Instance | undefined): string {
  switch (instance?.undoState) {
    case 'registered':
      return 'can be taken back';
    case 'doing':
      return instance.conflict === undefined ? 'is being taken back' : `is asked about: ${instance.conflict.message}`;
    case 'done':
      return instance.overForeign === 'keep' ? 'left as somebody else made it' : 'taken back';
    case 'failed':
      return `could not be taken back: ${instance.undoFault?.message ?? 'not finished'}`;
    case 'used':
      return 'taken back by an undo step';
    default:
      return node.effect === 'read' || node.has.undo !== 'none' || instance?.startedAt !== undefined
        ? ''
        : 'cannot be taken back';
  }
}

/** The newest note of a wait in words: `0.11, until value < 0.005, not yet, 20s left`. */
export function noteText(data: Json): string {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return String(data);
  const entries = data as Readonly<Record<string, Json>>;
  const word = (name: string): string =>
    typeof entries[name] === 'string' ? entries[name] : JSON.stringify(entries[name] ?? null);
  const left = entries['left'] === undefined ? [] : [`${word('left')} left`];
  if (entries['error'] !== undefined) return [`attempt ${word('attempt')}: ${word('error')}`, ...left].join(', ');
  if (entries['until'] === undefined)
    return Object.keys(entries)
      .map((name) => `${name} ${word(name)}`)
      .join('  ');
  const value = entries['value'] === null ? 'no data' : word('value');
  const holds =
    entries['holds'] === 'true' ? `holds${entries['holdsFor'] === undefined ? '' : ` for ${word('holdsFor')}`}` : 'not yet';
  return [value, `until ${word('until')}`, holds, ...left].join(', ');
}
