/** The record of a run for people, as Markdown. */
import { sanitize } from '../../interpreter/guard/sanitize.ts';
import type { DecisionRecord, RunRecord, StepRecord } from './record.ts';

export function reportMarkdown(record: RunRecord): string {
  return [
    `# ${cell(record.title)}: ${record.outcome}`,
    '',
    ...(record.still === undefined ? [] : [`**${cell(record.still)}**`, '']),
    ...record.facts.map(([name, text]) => `* ${name}: ${cell(text)}`),
    '',
    ...section('Decisions', record.decisions.map(decisionLine)),
    ...evidence(record),
    ...record.sections.flatMap(({ title, steps }) => [`## ${title}`, '', ...stepTable(steps), '']),
    ...section(
      'Postmortem',
      record.postmortem.map(
        ({ title, done, text }) => `* [${done ? 'x' : ' '}] ${cell(title)}${done ? `: ${cell(text)}` : ' (open)'}`,
      ),
    ),
    '## Timeline',
    '',
    ...record.timeline.map(({ wall, text, strong }) => `* ${wall} ${strong ? `**${cell(text)}**` : cell(text)}`),
    '',
  ].join('\n');
}

/** Text of others inside Markdown: no control characters, no table or HTML of its own. */
const cell = (text: string): string => sanitize(text).replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];

function decisionLine({ wall, by, what, about, reason }: DecisionRecord): string {
  const words = `* ${wall} ${cell(by)}: **${cell(what)}**`;
  return `${words}${about === undefined ? '' : ` "${cell(about)}"`}${reason === undefined ? '' : ` (${cell(reason)})`}`;
}

function evidence(record: RunRecord): readonly string[] {
  if (record.evidence.length === 0) return [];
  const rows = record.evidence.map(({ key, before, after }) => `| ${cell(key)} | ${cell(before)} | ${cell(after)} |`);
  return ['## Evidence', '', '| | before | after |', '|---|---|---|', ...rows, ''];
}

const stepTable = (steps: readonly StepRecord[]): readonly string[] => [
  '| Step | Title | State | Time | Attempts | Changed | Value or fault |',
  '|---|---|---|---|---|---|---|',
  ...steps.map(
    ({ key, title, state, took, attempts, changed, detail }) =>
      `| ${cell(key)} | ${cell(title)} | ${state} | ${took} | ${attempts > 1 ? String(attempts) : ''} | ${changed} | ${cell(detail)} |`,
  ),
];
