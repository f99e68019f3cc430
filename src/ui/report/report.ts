/** The record of a run, from its journal alone: Markdown for people, JSON and JUnit for machines. */
import type { Stamped } from '../../interpreter/core/event.ts';
import type { Lane, Plan } from '../../interpreter/core/plan.ts';
import type { Instance, State } from '../../interpreter/core/state.ts';
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import { durationText, statusWord, titleOf, valueText } from '../words.ts';
import { xml } from '../xml.ts';

type Of<T extends Stamped['type']> = Extract<Stamped, { type: T }>;

const sections: readonly (readonly [Lane, string])[] = [
  ['precondition', 'Preconditions'],
  ['diagnosis', 'Diagnosis'],
  ['main', 'Steps'],
  ['undo', 'Undo'],
  ['validation', 'Validations'],
  ['finally', 'Finally'],
  ['watch', 'Watch'],
  ['comms', 'Messages'],
];

export function reportMarkdown(plan: Plan, records: readonly Stamped[], state: State): string {
  const opened = first(records, 'run.opened');
  const finished = first(records, 'run.finished');
  const out = [`# ${cell(plan.runbook.title)}: ${state.outcome ?? 'interrupted'}`, ''];
  out.push(
    `* Run \`${state.run}\` of \`${plan.runbook.id}\` (plan ${plan.hash.slice(0, 12)}) in ${plan.environment.name}${plan.environment.timeScale === 1 ? '' : `, rehearsal: time divided by ${String(plan.environment.timeScale)}`}`,
    `* Started ${opened?.wall ?? '?'} by ${who(opened)}; ${finished === undefined ? 'not finished' : `finished ${finished.wall}, exit code ${String(finished.exitCode)}`}; took ${durationText(state.t)}`,
  );
  const epochs = records.filter((one) => one.type === 'engine.started').length;
  if (epochs > 1) out.push(`* The engine was lost and resumed ${String(epochs - 1)} time(s)`);
  for (const [name, value] of Object.entries(plan.inputs)) out.push(`* Input ${name}: ${cell(valueText(value))}`);
  out.push('', ...decisions(records), ...evidence(plan, state));
  for (const [lane, title] of sections) out.push(...section(plan, state, lane, title));
  out.push(...postmortem(plan, state), '## Timeline', '', ...timeline(plan, records, state), '');
  return out.join('\n');
}

const first = <T extends Stamped['type']>(records: readonly Stamped[], type: T): Of<T> | undefined =>
  records.find((one): one is Of<T> => one.type === type);

const who = (opened: Of<'run.opened'> | undefined): string =>
  opened === undefined
    ? '?'
    : `${opened.operator.name} on ${opened.operator.host} (${opened.operator.auth === 'uid' ? `uid ${String(opened.operator.uid ?? '?')}` : opened.operator.auth})`;

/** Text of others inside Markdown: no control characters, no table or HTML of its own. */
const cell = (text: string): string => sanitize(text).replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');

/** Everything a person decided, overrode or skipped, with name and reason (L8). */
function decisions(records: readonly Stamped[]): readonly string[] {
  const shown = new Map(records.flatMap((one) => (one.type === 'question.opened' ? [[one.id, one] as const] : [])));
  const rows = records.flatMap((one) => {
    if (one.type === 'question.closed') {
      const question = shown.get(one.id);
      const words = question?.show.message ?? question?.show.title ?? one.id;
      return [
        `* ${one.wall} ${one.by.name}: **${one.verdict}** to "${cell(words)}"${one.reason === undefined ? '' : ` (${cell(one.reason)})`}`,
      ];
    }
    if (one.type === 'control')
      return [
        `* ${one.wall} ${one.by.name}: ${one.act.is}${'reason' in one.act ? ` (${cell(one.act.reason)})` : ''}${one.act.is === 'note' ? `: ${cell(one.act.text)}` : ''}`,
      ];
    if (one.type === 'step.skipped' && one.by !== undefined)
      return [`* ${one.wall} ${one.by.name}: skipped ${one.key}${one.reason === undefined ? '' : ` (${cell(one.reason)})`}`];
    return [];
  });
  return rows.length === 0 ? [] : ['## Decisions', '', ...rows, ''];
}

function evidence(plan: Plan, state: State): readonly string[] {
  const nodes = plan.nodes.filter((node) => node.lane === 'evidence' && node.parent === undefined);
  if (nodes.length === 0) return [];
  const read = (key: string): string => {
    const instance = state.instances[key];
    return instance === undefined
      ? 'not read'
      : cell(instance.fault?.message ?? valueText(instance.value ?? collected(state, instance), 600));
  };
  const rows = nodes.map((node) => `| ${cell(node.key)} | ${read(node.key)} | ${read(`${node.key}~after`)} |`);
  return ['## Evidence', '', '| | before | after |', '|---|---|---|', ...rows, ''];
}

/** Values of the items of a forEach, by item. */
function collected(state: State, instance: Instance): Instance['value'] {
  const items = (instance.list ?? []).map(
    (item, index) => [valueText(item), state.instances[`${instance.key}[${String(index)}]`]?.value?.json ?? null] as const,
  );
  return items.length === 0 ? undefined : { json: Object.fromEntries(items) };
}

function section(plan: Plan, state: State, lane: Lane, title: string): readonly string[] {
  const instances = Object.values(state.instances).filter((one) => plan.nodes[one.node]?.lane === lane);
  if (instances.length === 0) return [];
  const rows = instances.map((one) => {
    const took = one.startedAt === undefined ? '' : durationText((one.finishedAt ?? state.t) - one.startedAt);
    const word = lane === 'diagnosis' && one.status === 'failed' ? 'finding' : statusWord(one.status);
    const detail = one.fault === undefined ? valueText(one.value, 160) : `${one.fault.message} [${one.fault.code}]`;
    const changed = one.changed === true ? 'yes' : one.changed === 'unknown' ? 'unknown' : '';
    return `| ${cell(one.key)} | ${cell(titleOf(plan, state, one.key))} | ${word} | ${took} | ${one.n > 1 ? String(one.n) : ''} | ${changed} | ${cell(detail)} |`;
  });
  return [
    `## ${title}`,
    '',
    '| Step | Title | State | Time | Attempts | Changed | Value or fault |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ];
}

function postmortem(plan: Plan, state: State): readonly string[] {
  const nodes = plan.nodes.filter((node) => node.lane === 'postmortem');
  if (nodes.length === 0) return [];
  const rows = nodes.map((node) => {
    const instance = state.instances[node.key];
    const done = instance?.status === 'ok';
    return `* [${done ? 'x' : ' '}] ${cell(node.title)}${done ? `: ${cell(valueText(instance.value, 400))}` : ' (open)'}`;
  });
  return ['## Postmortem', '', ...rows, ''];
}

function timeline(plan: Plan, records: readonly Stamped[], state: State): readonly string[] {
  return records.flatMap((one) => {
    switch (one.type) {
      case 'phase.entered':
        return [`* ${one.wall} **${one.phase}**`];
      case 'step.started':
        return [`* ${one.wall} ${cell(one.key)}: ${cell(titleOf(plan, state, one.key))}`];
      case 'step.finished':
        return [
          `* ${one.wall} ${cell(one.key)}: ${statusWord(one.status)}${one.fault === undefined ? '' : `: ${cell(one.fault.message)}`}`,
        ];
      case 'run.stopping':
        return [`* ${one.wall} **stopping**: ${one.stop.cause}`];
      case 'run.settled':
        return [`* ${one.wall} **outcome: ${one.outcome}**`];
      default:
        return [];
    }
  });
}

export function reportJson(plan: Plan, records: readonly Stamped[], state: State): string {
  return JSON.stringify(
    {
      run: state.run,
      runbook: plan.runbook,
      outcome: state.outcome ?? 'interrupted',
      inputs: plan.inputs,
      instances: state.instances,
      records,
    },
    null,
    2,
  );
}

export function reportJunit(plan: Plan, _records: readonly Stamped[], state: State): string {
  const all = Object.values(state.instances).filter((one) => one.status !== 'waiting');
  const cases = all.map((one) => {
    const seconds = one.startedAt === undefined ? 0 : ((one.finishedAt ?? state.t) - one.startedAt) / 1000;
    const body =
      one.status === 'skipped'
        ? '<skipped/>'
        : one.status === 'failed' || one.status === 'unknown'
          ? `<failure message="${xml(one.fault?.message ?? one.status)}"/>`
          : '';
    return `  <testcase classname="${xml(plan.runbook.id)}" name="${xml(one.key)}" time="${seconds.toFixed(3)}">${body}</testcase>`;
  });
  const failed = all.filter((one) => one.status === 'failed' || one.status === 'unknown').length;
  return [
    `<testsuite name="${xml(plan.runbook.id)}" tests="${String(all.length)}" failures="${String(failed)}">`,
    ...cases,
    '</testsuite>',
  ].join('\n');
}
