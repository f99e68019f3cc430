/** `runbook show`: the runbook as a Markdown page that a person can follow by hand when nothing else works. */
import { relative } from 'node:path';
import type { Json } from '../../interpreter/core/model/value.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { readText } from '../../interpreter/document/read-text.ts';
import { mapIn } from '../../interpreter/port/command-line.ts';
import { findRunbook } from '../../catalogue/catalogue.ts';
import { CommandError, exitCodes } from '../../console/exit-codes.ts';
import { namedPairs } from '../../console/pairs.ts';
import { stateRoot } from '../../console/state-root.ts';
import { print } from '../../console/terminal.ts';
import { filled, writtenOnPaper } from '../../paper/on-paper.ts';
import { registry } from '../../steps/index.ts';
import { demandedWithin, dueText } from '../rehearse/demand.ts';
import { newestResult, resultWords } from '../rehearse/results.ts';
import { page } from '../../paper/page.ts';

type Mapping = Readonly<Record<string, Json>>;

/** `-i name=value` fills the page; the rest of the inputs stands with its default, or as `{{inputs.NAME}}`. */
export interface ShowOptions {
  readonly catalogue?: string;
  readonly input?: readonly string[];
}

export async function show(name: string, options: ShowOptions): Promise<number> {
  const directory = process.cwd();
  const path = findRunbook(name, { directory, ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }) });
  const file = relative(directory, path);
  const read = readText(path, file);
  const { runbook, diagnostics } = read.ok
    ? loadRunbook(read.text, file)
    : { runbook: undefined, diagnostics: [read.diagnostic] };
  if (runbook === undefined) {
    throw new CommandError({
      exitCode: exitCodes.invalidDocument,
      message: `${file}: ${diagnostics[0]?.message ?? 'not a runbook'}`,
      hint: diagnostics[0]?.hint ?? `\`runbook lint ${file}\` shows every finding`,
    });
  }
  const inputs = { ...defaultsOf(runbook.data['inputs']), ...namedPairs('--input', 'name=value', options.input ?? []) };
  const root = stateRoot();
  const due = dueText(root, runbook.id, await demandedWithin(directory), runbook.sha);
  const rehearsed = `${resultWords(newestResult(root, runbook.id), runbook.sha)}${due}`;
  const data = mapIn(filled(runbook.data, { inputs, links: mapIn(runbook.data['links']) }));
  await print(page(data, await writtenOnPaper(data, registry), inputs, rehearsed));
  return exitCodes.succeeded;
}

const defaultsOf = (declared: Json | undefined): Mapping =>
  Object.fromEntries(
    Object.entries((declared ?? {}) as Readonly<Record<string, Mapping>>).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
