/** `runbook show`: the runbook as a Markdown page that a person can follow by hand when nothing else works. */
import { relative } from 'node:path';
import { stringify } from 'yaml';
import type { Json } from '../interpreter/core/model/value.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { readText } from '../interpreter/document/read-text.ts';
import { findRunbook } from '../catalogue/catalogue.ts';
import { CommandError, exitCodes } from '../console/exit-codes.ts';
import { stateRoot } from '../console/state-root.ts';
import { print } from '../console/terminal.ts';
import { newestResult, resultWords } from './rehearse/results.ts';

type Mapping = Readonly<Record<string, Json>>;

export async function show(name: string, options: { readonly catalogue?: string }): Promise<number> {
  const directory = process.cwd();
  const path = findRunbook(name, { directory, ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }) });
  const file = relative(directory, path);
  const read = readText(path, file);
  const { runbook, diagnostics } = read.ok ? loadRunbook(read.text, file) : { diagnostics: [read.diagnostic] };
  if (runbook === undefined) {
    throw new CommandError({
      exitCode: exitCodes.invalidDocument,
      message: `${file}: ${diagnostics[0]?.message ?? 'no runbook'}`,
    });
  }
  await print(page(runbook.data, resultWords(newestResult(stateRoot(), runbook.id), runbook.sha)));
  return exitCodes.succeeded;
}

const lists: readonly (readonly [string, string])[] = [
  ['preconditions', 'Before you start: all of these must hold'],
  ['evidence', 'Record these before the first change and again at the end'],
  ['containment', 'Contain the damage first'],
  ['diagnosis', 'Diagnosis (reads only)'],
  ['steps', 'Steps'],
  ['validations', 'Recovered when all of these hold'],
  ['finally', 'Always at the end'],
  ['watch', 'Meanwhile, keep an eye on'],
  ['comms', 'Tell'],
  ['postmortem', 'Afterwards'],
];

/** Exported for tests: Markdown of a runbook's data. */
export function page(data: Mapping, rehearsed?: string): string {
  const out: string[] = [`# ${text(data['title'])}`, ''];
  if (data['summary'] !== undefined) out.push(text(data['summary']), '');
  out.push(...facts(data, rehearsed), '');
  out.push(...inputs(data['inputs']));
  for (const [key, heading] of lists) {
    const steps = data[key];
    if (!Array.isArray(steps) || steps.length === 0) continue;
    out.push(`## ${heading}`, '');
    steps.forEach((step, index) => out.push(...stepLines(step as Mapping, `${String(index + 1)}.`, '')));
    out.push('');
  }
  return out.join('\n');
}

function facts(data: Mapping, rehearsed: string | undefined): readonly string[] {
  const rows: readonly (readonly [string, string])[] = [
    ['Id', text(data['id'])],
    ['Severity', text(data['severity'])],
    ['Owners', Array.isArray(data['owners']) ? data['owners'].join(', ') : ''],
    ['Takes about', text(data['estimate'])],
    ['If a step fails', text(data['onFailure'] ?? 'abort')],
    ['Rehearsed', rehearsed ?? ''],
    ...Object.entries((data['links'] ?? {}) as Mapping).map(([name, url]) => [name, text(url)] as const),
  ];
  return rows.filter(([, value]) => value !== '').map(([name, value]) => `* ${name}: ${value}`);
}

function inputs(declared: Json | undefined): readonly string[] {
  if (declared === undefined) return [];
  const rows = Object.entries(declared as Readonly<Record<string, Mapping>>).map(([name, input]) => {
    const value = input['default'] === undefined ? 'required' : `default ${inline(input['default'])}`;
    const description = input['description'] === undefined ? '' : `: ${text(input['description'])}`;
    return `* \`${name}\` (${text(input['type'])}, ${value})${description}`;
  });
  return ['## Inputs', '', ...rows, ''];
}

/** Common keys that are told in words of their own; the rest belongs to the step type and is printed as it is sent. */
const told = new Set([
  'id',
  'title',
  'note',
  'steps',
  'then',
  'when',
  'forEach',
  'as',
  'confirm',
  'expect',
  'until',
  'for',
  'timeout',
  'every',
  'undo',
]);

function stepLines(step: Mapping, number: string, indent: string): readonly string[] {
  const heading = text(step['title'] ?? step['id'] ?? step['type'] ?? 'step');
  const out = [`${indent}${number} **${heading}**${step['id'] === undefined ? '' : ` (\`${text(step['id'])}\`)`}`];
  const inner = `${indent}   `;
  const say = (words: string, key: string): void => {
    if (step[key] !== undefined) out.push(`${inner}${words} ${inline(step[key])}`);
  };
  if (step['note'] !== undefined) out.push(`${inner}${text(step['note'])}`);
  say('Only when', 'when');
  say('For each of', 'forEach');
  const confirm = step['confirm'];
  if (confirm !== undefined) out.push(`${inner}Ask first: ${typeof confirm === 'string' ? confirm : inline(confirm)}`);
  const own = Object.fromEntries(Object.entries(step).filter(([key]) => !told.has(key)));
  if (Object.keys(own).length > 0) out.push(...code(own, inner));
  say('Must hold:', 'expect');
  say('Wait until', 'until');
  say('without a break for', 'for');
  say('at most', 'timeout');
  say('Taken back by:', 'undo');
  for (const key of ['steps', 'then']) {
    const children = step[key];
    if (Array.isArray(children))
      children.forEach((child, index) => out.push(...stepLines(child as Mapping, `${String(index + 1)}.`, inner)));
  }
  return out;
}

function code(own: Mapping, indent: string): readonly string[] {
  const lines = stringify(own, { lineWidth: 110 }).trimEnd().split('\n');
  return [`${indent}\`\`\`yaml`, ...lines.map((line) => indent + line), `${indent}\`\`\``];
}

const text = (value: Json | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
const inline = (value: Json | undefined): string => `\`${text(value)}\``;
