/** `runbook import FILE`: a draft of a Markdown runbook that lints without an error, on stdout or in a file; what a person must decide is listed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { stringify } from 'yaml';
import { check } from '../../interpreter/check/check.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { registry } from '../../steps/index.ts';
import { exitCodes, usage } from '../../console/exit-codes.ts';
import { print, printError } from '../../console/terminal.ts';
import type { DraftDecision, Draft } from './draft.ts';
import { draftOf } from './draft.ts';
import { partsOf } from './markdown.ts';

export interface ImportOptions {
  /** File that is written; without it the draft is printed. */
  readonly into?: string;
}

export async function importMarkdown(file: string, options: ImportOptions): Promise<number> {
  if (options.into !== undefined && existsSync(options.into))
    throw usage(`${options.into} exists already`, 'name another file, or remove it');
  const { text, decisions } = await imported(textOf(file), idOf(options.into ?? file));
  if (options.into === undefined) await print(text.trimEnd());
  else writeFileSync(options.into, text);
  for (const { line, step, what } of decisions) await printError(`${file}:${String(line)}: TODO ${step}: ${what}`);
  await printError(`runbook: ${String(decisions.length)} decisions are left; \`runbook lint\` finds no error in the draft`);
  return exitCodes.succeeded;
}

/** The draft as text. A step in which lint finds an error becomes a question to a person, with the step as its note. */
export async function imported(
  markdown: string,
  id: string,
): Promise<{ readonly text: string; readonly decisions: readonly DraftDecision[] }> {
  const draft = draftOf(partsOf(markdown), id, registry);
  let data = draft.data;
  const decisions: DraftDecision[] = [...draft.decisions];
  for (let tries = 0; tries < 10; tries += 1) {
    const text = textOfDraft(data);
    const wrong = await stepsWithErrors(text, data);
    if (wrong.length === 0) return { text, decisions };
    for (const { id: step, why } of wrong) decisions.push({ line: draft.lines.get(step) ?? 1, step, what: why });
    data = asked(data, new Set(wrong.map((one) => one.id)));
  }
  return { text: textOfDraft(data), decisions };
}

const textOfDraft = (data: Draft['data']): string =>
  `# A draft made from a Markdown runbook: every line of it wants to be read by somebody who knows the service.\n${stringify(data, { lineWidth: 0, defaultStringType: 'PLAIN' })}`;

type Found = { readonly id: string; readonly why: string };

async function stepsWithErrors(text: string, data: Draft['data']): Promise<readonly Found[]> {
  const { runbook, diagnostics } = loadRunbook(text, 'draft.yaml');
  const findings = runbook === undefined ? diagnostics : [...diagnostics, ...(await check(runbook, registry))];
  const starts = idsOf(data).map((id) => ({
    id,
    line: text.slice(0, text.search(new RegExp(`^ *- id: ${id}$`, 'm'))).split('\n').length,
  }));
  const found = new Map<string, string>();
  for (const { line, severity, message } of findings) {
    const step = starts.filter((one) => one.line <= line).sort((a, b) => b.line - a.line)[0];
    if (severity === 'error' && step !== undefined) found.set(step.id, message);
  }
  return [...found].map(([id, why]) => ({ id, why }));
}

const listsOf = (data: Draft['data']): readonly (readonly [string, readonly Readonly<Record<string, Json>>[]])[] =>
  Object.entries(data).flatMap(([key, json]) =>
    Array.isArray(json) && key !== 'owners' ? [[key, json as readonly Readonly<Record<string, Json>>[]] as const] : [],
  );

const idsOf = (data: Draft['data']): readonly string[] => listsOf(data).flatMap(([, steps]) => steps.map(({ id }) => String(id)));

function asked(data: Draft['data'], wrong: ReadonlySet<string>): Draft['data'] {
  const lists = listsOf(data).map(
    ([key, steps]) => [key, steps.map((step) => (wrong.has(String(step['id'])) ? question(step) : step))] as const,
  );
  return { ...data, ...Object.fromEntries(lists) };
}

function question({ id = '', title = '', ...step }: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const note = step['type'] === 'manual' ? {} : { note: JSON.stringify(step).replaceAll('{{', '\\{{') };
  return { id, title, type: 'manual', ...note };
}

const idOf = (path: string): string =>
  basename(path)
    .replace(/\.\w+$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || 'draft';

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (problem) {
    throw usage(
      `${path} cannot be read (${(problem as NodeJS.ErrnoException).code ?? 'unknown'})`,
      'name a Markdown file that you may read',
    );
  }
}
