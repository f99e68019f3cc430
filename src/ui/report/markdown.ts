/**
 * The record of a run for a ticket, as Markdown that GitHub, GitLab and chat programs show: what happened, what changed and who decided first,
 * then tables; long values and the timeline are folded.
 */
import type { DecisionRecord, RunRecord, StepRecord, TimelineEntry } from './record.ts';
import { block, code, folded, table, markdownText } from './markdown-text.ts';

export function reportMarkdown(record: RunRecord): string {
  const steps = record.sections.flatMap((one) => one.steps);
  return [
    `# ${markdownText(record.title)}: ${record.outcome}`,
    '',
    ...(record.still === undefined ? [] : [`**${markdownText(record.still)}**`, '']),
    summary(record, steps),
    '',
    ...record.facts.map(([name, value]) => `* ${markdownText(name)}: ${markdownText(value)}`),
    '',
    ...section('What changed', changes(steps)),
    ...section('Decisions', decisions(record.decisions)),
    ...section('Evidence', evidence(record.evidence)),
    ...record.sections.flatMap(({ title, steps: own }) => section(title, stepTable(own))),
    ...section('Postmortem', record.postmortem.map(postmortem)),
    ...section('Timeline', folded(`${String(record.timeline.length)} entries`, timeline(record.timeline))),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`## ${markdownText(title)}`, '', ...lines, ''];

/** One paragraph that can be read aloud. */
function summary({ facts, decisions: made }: RunRecord, steps: readonly StepRecord[]): string {
  const count = (of: (one: StepRecord) => boolean): number => steps.filter(of).length;
  const took = facts.find(([name]) => name === 'Took')?.[1];
  const parts = [
    counted(steps.length, 'step', 'steps'),
    counted(
      count(({ tone }) => tone === 'bad'),
      'failed',
      'failed',
    ),
    counted(
      count(({ state }) => state === 'finding'),
      'finding',
      'findings',
    ),
    counted(
      count(({ changed }) => changed !== ''),
      'change',
      'changes',
    ),
    counted(
      count(({ changed }) => changed === 'taken back'),
      'taken back',
      'taken back',
    ),
    counted(made.length, 'decision', 'decisions'),
  ].filter((part) => part !== '');
  return `${parts.join(', ')}${took === undefined ? '' : `; took ${took}`}.`;
}
const counted = (count: number, one: string, many: string): string =>
  count === 0 ? '' : `${String(count)} ${count === 1 ? one : many}`;

function changes(steps: readonly StepRecord[]): readonly string[] {
  const changed = steps.filter((one) => one.changed !== '');
  if (changed.length === 0) return ['Nothing was changed.'];
  const rows = changed.map((one) => [
    markdownText(one.key),
    markdownText(one.title),
    one.changed,
    code(one.sent),
    markdownText(one.target),
  ]);
  return table(['Step', 'What', 'Changed', 'Sent', 'Where'], rows);
}

function decisions(made: readonly DecisionRecord[]): readonly string[] {
  const rows = made.map(({ wall, by, what, about, reason }) => [
    moment(wall),
    markdownText(by),
    `**${markdownText(what)}**`,
    markdownText(about ?? ''),
    markdownText(reason ?? ''),
  ]);
  return rows.length === 0 ? [] : table(['When (UTC)', 'Who', 'Decided', 'About', 'Why'], rows);
}

/** Longer values are cut in their cell and stand whole below the table. */
const inCell = 80;
const shortened = (value: string): string => code(value.length > inCell ? `${value.slice(0, inCell - 1)}…` : value);

function evidence(read: RunRecord['evidence']): readonly string[] {
  if (read.length === 0) return [];
  const whole = read.flatMap(({ key, before, after }) => [
    ...(before.length > inCell ? [[`${key} before`, before] as const] : []),
    ...(after.length > inCell ? [[`${key} after`, after] as const] : []),
  ]);
  const rows = read.map(({ key, before, after }) => [markdownText(key), shortened(before), shortened(after)]);
  return [...table(['', 'Before', 'After'], rows), ...whole.flatMap(([name, value]) => ['', ...folded(name, block(value))])];
}

function stepTable(steps: readonly StepRecord[]): readonly string[] {
  const rows = steps.map(({ key, title, state, took, attempts, changed, detail }) => [
    ...[markdownText(key), markdownText(title), state, took, attempts > 1 ? String(attempts) : '', changed, markdownText(detail)],
  ]);
  const whole = steps.flatMap(({ key, value }) => (value === undefined ? [] : ['', ...folded(`Value of ${key}`, block(value))]));
  return [...table(['Step', 'Title', 'State', 'Time', 'Attempts', 'Changed', 'Value or fault'], rows), ...whole];
}

const postmortem = ({ title, done, text: answer }: RunRecord['postmortem'][number]): string =>
  `* [${done ? 'x' : ' '}] ${markdownText(title)}${done ? `: ${markdownText(answer)}` : ' (open)'}`;

const timeline = (entries: readonly TimelineEntry[]): readonly string[] =>
  entries.map(({ wall, text: what, strong }) => `* ${moment(wall)} ${strong ? `**${markdownText(what)}**` : markdownText(what)}`);

/** To the second: `2026-11-29 03:12:04`. */
const moment = (wall: string): string => wall.replace('T', ' ').replace(/(\.\d+)?Z$/, '');
