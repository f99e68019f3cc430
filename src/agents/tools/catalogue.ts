/** Tools that look at runbooks: find, read, lint, explain. */
import { relative } from 'node:path';
import { idOfFile, runbookFiles } from '../../catalogue/catalogue.ts';
import { explained } from '../../commands/explain.ts';
import { createLinter } from '../../commands/lint/one.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { readTextIfThere } from '../../interpreter/document/read-text.ts';
import { oneLine } from '../../interpreter/guard/sanitize.ts';
import type { Desk } from '../desk.ts';
import { AgentRefusal } from '../desk.ts';
import { pathOfRunbook, runbookParameter, shelfOf } from '../named-runbook.ts';
import type { CallArguments, Tool } from '../tool.ts';
import { requiredText, givenText } from '../tool.ts';

export const findTool: Tool = {
  name: 'find',
  description: 'Find runbooks by words of id, title, summary or alert.',
  parameters: { text: { type: 'string' } },
  reads: true,
  call: (given, desk) => {
    const { found, of } = findEntries(shelfOf(desk), givenText(given, 'text') ?? '');
    if (found.length === 0) throw new AgentRefusal(`none of ${String(of)} runbooks has all these words; try fewer, or an alert`);
    return Promise.resolve(found.map(entryLine).join('\n'));
  },
};

/** What is told of a runbook where there are many. */
export interface CatalogueEntry {
  readonly id: string;
  readonly severity: string;
  readonly title: string;
  readonly summary: string;
  readonly alerts: readonly string[];
}

/** Those of a folder that have all these words. */
export function findEntries(folder: string, text: string): { readonly found: readonly CatalogueEntry[]; readonly of: number } {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const all = runbookFiles(folder).map(entryOf);
  const found = all.filter((one) => words.every((word) => `${entryLine(one)} ${one.summary}`.toLowerCase().includes(word)));
  return { found, of: all.length };
}

function entryLine({ id, severity, title, alerts }: CatalogueEntry): string {
  const name = [id, severity].filter((one) => one !== '').join(' ');
  return `${name}: ${title}${alerts.length === 0 ? '' : ` [${alerts.join(', ')}]`}`;
}

function entryOf(path: string): CatalogueEntry {
  const data = loadRunbook(readTextIfThere(path), path).runbook?.data ?? {};
  const text = (json: Json | undefined): string => (typeof json === 'string' ? oneLine(json) : '');
  const triggers = Array.isArray(data['triggers']) ? (data['triggers'] as readonly Readonly<Record<string, Json>>[]) : [];
  return {
    id: text(data['id']) || idOfFile(path),
    severity: text(data['severity']),
    title: text(data['title']),
    summary: text(data['summary']),
    alerts: triggers.map((trigger) => text(trigger['alert'])).filter((one) => one !== ''),
  };
}

export const readTool: Tool = {
  name: 'read',
  description: 'The text of a runbook.',
  parameters: { runbook: runbookParameter },
  reads: true,
  call: (given, desk) => Promise.resolve(readTextIfThere(pathOfRunbook(given, desk))),
};

export const lintTool: Tool = {
  name: 'lint',
  description: 'Find mistakes in a runbook of the catalogue, or in the text of a draft.',
  parameters: { runbook: { type: 'string' }, text: { type: 'string', description: 'YAML of a draft' } },
  reads: true,
  call: async (given, desk) => {
    const { text, file } = draftOf(given, desk);
    const against = { catalogue: shelfOf(desk), ...(desk.config === undefined ? {} : { config: desk.config }) };
    const linter = await createLinter(against, desk.directory);
    const { findings } = await linter.look(text, file);
    const all = [...linter.diagnostics, ...findings];
    return all.length === 0 ? `${file}: no findings` : all.map(findingLine).join('\n');
  },
};

function draftOf(given: CallArguments, desk: Desk): { readonly text: string; readonly file: string } {
  const text = givenText(given, 'text');
  if (text !== undefined) return { text, file: 'draft.yaml' };
  if (givenText(given, 'runbook') === undefined) throw new AgentRefusal('lint needs a runbook, or the text of a draft');
  const path = pathOfRunbook(given, desk);
  return { text: readTextIfThere(path), file: relative(desk.directory, path) };
}

const findingLine = ({ file, line, column, severity, code, message, hint }: Diagnostic): string =>
  oneLine(`${file}:${String(line)}:${String(column)} ${severity} ${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`);

export const explainTool: Tool = {
  name: 'explain',
  description: 'Explain a code of lint, with a failing and a mended example.',
  parameters: { code: { type: 'string', required: true } },
  reads: true,
  call: (given) => Promise.resolve(explained(requiredText(given, 'code'))),
};
