/** What a run was, as data for every form of its record: made from the plan, the journal and the folded state alone. Pure. */
import { isFinding } from '../../interpreter/core/fold/policy.ts';
import { changeOf } from '../../interpreter/core/fold/changes.ts';
import type { Fault, Json, Value } from '../../interpreter/core/model/value.ts';
import type { Stamped } from '../../interpreter/core/model/event.ts';
import type { Lane, Plan } from '../../interpreter/core/model/plan.ts';
import { variationText } from '../../interpreter/core/model/variation.ts';
import type { Instance, State } from '../../interpreter/core/model/state.ts';
import { evidenceKeys } from './evidence.ts';
import { outputsOf } from '../../interpreter/language/outputs.ts';
import { stillChanged } from '../model/changes.ts';
import type { Head } from '../format.ts';
import {
  actorText,
  briefly,
  durationText,
  headText,
  pinText,
  sharedText,
  statusWord,
  titleOf,
  tookText,
  valueText,
} from '../format.ts';

type Of<T extends Stamped['type']> = Extract<Stamped, { type: T }>;

/** Texts are as they were recorded; each form escapes them for itself. Times are ISO 8601, as the journal has them. */
export interface RunRecord {
  readonly title: string;
  readonly outcome: string;
  /** `STILL CHANGED: ...`, of a run that did not end well. */
  readonly still?: string;
  /** `name: text`, in order: which run, where, when, by whom, inputs. */
  readonly facts: readonly (readonly [string, string])[];
  readonly decisions: readonly DecisionRecord[];
  readonly evidence: readonly { readonly key: string; readonly before: string; readonly after: string }[];
  readonly sections: readonly { readonly title: string; readonly steps: readonly StepRecord[] }[];
  readonly postmortem: readonly { readonly title: string; readonly done: boolean; readonly text: string }[];
  readonly timeline: readonly TimelineEntry[];
}

/** Everything a person decided, overrode or skipped, with name, how the name was known, and reason (L8). */
export interface DecisionRecord {
  readonly wall: string;
  readonly by: string;
  readonly what: string;
  readonly about?: string;
  readonly reason?: string;
}

export interface StepRecord {
  readonly key: string;
  readonly title: string;
  readonly state: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'plain';
  readonly took: string;
  readonly attempts: number;
  readonly changed: '' | 'yes' | 'perhaps' | 'taken back' | 'left as it was found' | 'yes, undo failed' | 'perhaps, undo failed';
  /** Value or fault. */
  readonly detail: string;
  /** The value where `detail` cuts it. */
  readonly value?: string;
  /** What was sent, masked, and where to. */
  readonly sent: string;
  readonly target: string;
  /** Condition of a wait. */
  readonly until?: string;
}

export interface TimelineEntry {
  readonly wall: string;
  readonly text: string;
  readonly strong: boolean;
}

const sections: readonly (readonly [Lane, string])[] = [
  ['precondition', 'Preconditions'],
  ['containment', 'Containment'],
  ['diagnosis', 'Diagnosis'],
  ['main', 'Steps'],
  ['undo', 'Undo'],
  ['validation', 'Validations'],
  ['finally', 'Finally'],
  ['watch', 'Watch'],
  ['comms', 'Messages'],
];

export function recordOf(plan: Plan, records: readonly Stamped[], state: Readonly<State>, head?: Head): RunRecord {
  const still = stillChanged(plan, state);
  return {
    title: plan.runbook.title,
    outcome: state.outcome ?? 'interrupted',
    ...(still === undefined ? {} : { still }),
    facts: [...facts(plan, records, state), ...(head === undefined ? [] : [['Head', headText(head)] as const])],
    decisions: decisions(records),
    evidence: evidence(plan, state),
    sections: sections.flatMap(([lane, title]) => {
      const steps = Object.values(state.instances).filter((one) => plan.nodes[one.node]?.lane === lane);
      return steps.length === 0 ? [] : [{ title, steps: steps.map((one) => stepRecord(plan, state, one)) }];
    }),
    postmortem: postmortem(plan, state),
    timeline: timeline(plan, records, state),
  };
}

const first = <T extends Stamped['type']>(records: readonly Stamped[], type: T): Of<T> | undefined =>
  records.find((one): one is Of<T> => one.type === type);

function facts(plan: Plan, records: readonly Stamped[], state: Readonly<State>): RunRecord['facts'] {
  const opened = first(records, 'run.opened');
  const finished = first(records, 'run.finished');
  const { name, timeScale, rehearsal, sharedAccounts } = plan.environment;
  const scale = timeScale === 1 ? '' : `, time divided by ${String(timeScale)}`;
  const lost = records.filter((one) => one.type === 'engine.started').length - 1;
  return [
    ['Run', `${state.run} of ${plan.runbook.id} (plan ${plan.hash.slice(0, 12)})`],
    ['Environment', `${name}${rehearsal ? `, rehearsal${scale}` : scale}`],
    ...(plan.variation === undefined
      ? []
      : [['Variation', `not the runbook as it is: ${variationText(plan.variation)}`] as const]),
    ...(sharedAccounts === undefined ? [] : [['Shared accounts', sharedText(sharedAccounts)] as const]),
    ['Started', `${opened?.wall ?? '?'} by ${opened === undefined ? '?' : actorText(opened.operator)}`],
    ...(plan.alerts ?? []).map(({ startsAt, labels }) => ['Alert', `${labelsText(labels)}, since ${startsAt}`] as const),
    ['Finished', finished === undefined ? 'not finished' : `${finished.wall}, exit code ${String(finished.exitCode)}`],
    ['Took', durationText(state.t)],
    ...configurations(records),
    ...(lost > 0 ? [['Engine', `lost and resumed ${String(lost)} time(s)`] as const] : []),
    ...Object.entries(plan.inputs).map(([input, value]) => [`Input ${input}`, valueText(value)] as const),
    ...outputsOf(plan, state, opened?.wall).map(
      ([name, one]) => [`Output ${name}`, 'json' in one ? valueText({ json: one.json }) : `none: ${one.fault.message}`] as const,
    ),
  ];
}

const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .join(', ');

/** Each configuration that an engine of this run was started with. */
function configurations(records: readonly Stamped[]): RunRecord['facts'] {
  const pins = records.flatMap((one) => (one.type === 'engine.started' && one.config !== undefined ? [pinText(one.config)] : []));
  return pins.length === 0 ? [] : [['Configuration', [...new Set(pins)].join(', then ')]];
}

function decisions(records: readonly Stamped[]): readonly DecisionRecord[] {
  const asked = new Map(records.flatMap((one) => (one.type === 'question.opened' ? [[one.id, one] as const] : [])));
  return records.flatMap((one): readonly DecisionRecord[] => {
    if (one.type === 'question.closed') {
      const question = asked.get(one.id);
      const about = question?.show.message ?? question?.show.title ?? one.id;
      const { suggested } = question?.show ?? {};
      const instead = suggested === undefined || suggested === one.verdict ? '' : ` (suggested was ${suggested})`;
      return [{ wall: one.wall, by: actorText(one.by), what: one.verdict, about: `${about}${instead}`, ...reasonOf(one) }];
    }
    if (one.type === 'control') {
      const about = one.act.is === 'note' ? one.act.text : 'key' in one.act ? one.act.key : undefined;
      return [
        {
          wall: one.wall,
          by: actorText(one.by),
          what: one.act.is,
          ...(about === undefined ? {} : { about }),
          ...reasonOf(one.act),
        },
      ];
    }
    if (one.type === 'step.skipped' && one.by !== undefined)
      return [{ wall: one.wall, by: actorText(one.by), what: 'skipped', about: one.key, ...reasonOf(one) }];
    if (one.type === 'viewer' && one.is === 'took') return [{ wall: one.wall, by: actorText(one.by), what: 'took the controls' }];
    return [];
  });
}

function reasonOf(from: object): { readonly reason?: string } {
  const reason = 'reason' in from ? from.reason : undefined;
  return typeof reason === 'string' ? { reason } : {};
}

function evidence(plan: Plan, state: Readonly<State>): RunRecord['evidence'] {
  const read = (key: string): string => {
    const instance = state.instances[key];
    if (instance === undefined) return 'not read';
    return instance.fault?.message ?? briefly(instance.value ?? collected(state, instance), 600);
  };
  return evidenceKeys(plan, state).map(({ key, again }) => ({
    key,
    before: read(key),
    after: again ? read(`${key}~after`) : '',
  }));
}

/** Values of the items of a forEach, by item. */
function collected(state: Readonly<State>, instance: Instance): Value | undefined {
  const items = (instance.list ?? []).map(
    (item, index) => [valueText(item), state.instances[`${instance.key}[${String(index)}]`]?.value?.json ?? null] as const,
  );
  return items.length === 0 ? undefined : { json: Object.fromEntries(items) };
}

function stepRecord(plan: Plan, state: Readonly<State>, one: Instance): StepRecord {
  const node = plan.nodes[one.node];
  const finding = node !== undefined && isFinding(node) && one.status === 'failed';
  const until = node?.program.observe?.until;
  return {
    key: one.key,
    title: titleOf(plan, state, one.key),
    state: finding ? 'finding' : statusWord(one.status),
    tone: finding ? 'warn' : toneOf(one.status),
    took: tookText(one, state.t),
    attempts: one.n,
    changed: changedWord(plan, state, one),
    detail: [
      one.fault === undefined ? valueText(one.value, shortest) : faultText(one.fault),
      undoFailure(one),
      ...warningsOf(one),
    ]
      .filter((part) => part !== '')
      .join('; '),
    ...longValue(one),
    sent: one.show?.describe ?? '',
    target: one.show?.target ?? '',
    ...(until === undefined ? {} : { until }),
  };
}

/** Up to what a ticket still shows; the whole is in the run's folder. */
const longest = 4000;
const shortest = 160;
function longValue({ value }: Instance): { readonly value?: string } {
  if (value?.json === undefined || valueText(value, longest).length <= shortest) return {};
  const text = typeof value.json === 'string' ? value.json.trim() : JSON.stringify(value.json, null, 2);
  return { value: text.length > longest ? `${text.slice(0, longest - 1)}…` : text };
}

function toneOf(status: Instance['status']): StepRecord['tone'] {
  if (status === 'ok' || status === 'unchanged') return 'good';
  return status === 'failed' || status === 'unknown' ? 'bad' : 'plain';
}

const faultText = (fault: Fault): string => `${fault.message} [${fault.code}]`;

const messageOf = (data: Json): string =>
  data !== null && typeof data === 'object' && 'message' in data ? String(data.message) : '';

const warningsOf = (one: Instance): readonly string[] => (one.warnings ?? []).map((warning) => `warning: ${warning}`);

const undoFailure = ({ undoState, undoFault }: Instance): string =>
  undoState !== 'failed' ? '' : `undo failed: ${undoFault === undefined ? 'not finished' : faultText(undoFault)}`;

function changedWord(plan: Plan, state: Readonly<State>, one: Instance): StepRecord['changed'] {
  if (one.undoState === 'done' || one.undoState === 'used')
    return one.overForeign === 'keep' ? 'left as it was found' : 'taken back';
  const change = changeOf(plan, state, one);
  if (change === undefined) return '';
  return change.undo === 'failed' ? `${change.changed}, undo failed` : change.changed;
}

const postmortem = (plan: Plan, state: Readonly<State>): RunRecord['postmortem'] =>
  plan.nodes
    .filter((node) => node.lane === 'postmortem')
    .map((node) => {
      const instance = state.instances[node.key];
      const done = instance?.status === 'ok';
      return { title: node.title, done, text: done ? valueText(instance.value, 400) : '' };
    });

function timeline(plan: Plan, records: readonly Stamped[], state: Readonly<State>): readonly TimelineEntry[] {
  return records.flatMap((one): readonly TimelineEntry[] => {
    const { wall } = one;
    switch (one.type) {
      case 'phase.entered':
        return [{ wall, text: one.phase, strong: true }];
      case 'step.started':
        return [{ wall, text: `${one.key}: ${titleOf(plan, state, one.key)}`, strong: false }];
      case 'step.finished':
        return [
          {
            wall,
            text: `${one.key}: ${statusWord(one.status)}${one.fault === undefined ? '' : `: ${one.fault.message}`}`,
            strong: false,
          },
        ];
      case 'attempt.noted':
        return one.note === 'warning' ? [{ wall, text: `${one.key}: warning: ${messageOf(one.data)}`, strong: true }] : [];
      case 'attempt.finished':
        if (one.role === 'do') return [];
        return [
          {
            wall,
            text: `${one.key}: ${one.outcome.is === 'ok' ? 'undone' : `undo failed: ${one.outcome.fault.message}`}`,
            strong: one.outcome.is !== 'ok',
          },
        ];
      case 'run.stopping':
        return [{ wall, text: `stopping: ${one.stop.cause}`, strong: true }];
      case 'run.settled':
        return [{ wall, text: `outcome: ${one.outcome}`, strong: true }];
      default:
        return [];
    }
  });
}
