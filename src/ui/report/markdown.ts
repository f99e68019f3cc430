/** The record of a run for people, as Markdown. */
import { oneLine } from '../../interpreter/guard/sanitize.ts';
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

/**
 * Text of others inside Markdown reads as it was written: no image that a ticket would load, no link under another name, no table, HTML or emphasis of
 * its own, and nobody is called by `@name` (the comment in it shows nowhere). Underscores inside of words mean nothing and stay.
 */
const cell = (text: string): string =>
  oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*[\]|~>]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replaceAll(/(?<![\p{L}\p{N}.])@(?=[\p{L}\p{N}])/gu, '@<!-- -->');

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
