/** `runbook list`: the catalogue, from the top of each document only; broken documents are listed with their problem, never hidden. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { loadRunbook } from '../interpreter/document/load.ts';
import type { Json } from '../interpreter/core/value.ts';
import { catalogueFolder, folderName, idOfFile, runbookFiles } from './catalogue.ts';
import { exitCodes, usage } from './exit.ts';
import type { OutputOption } from './options.ts';
import { print, printError, printJson } from './terminal.ts';

export interface Listed {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly severity: string;
  readonly owners: readonly Json[];
  readonly triggers: readonly Json[];
}

export async function list(options: OutputOption & { readonly catalogue?: string }): Promise<number> {
  const directory = process.cwd();
  const folder = catalogueFolder({ directory, ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }) });
  if (folder === undefined) throw usage(`no folder ${folderName} here or above`, 'give --catalogue FOLDER');
  const listed: Listed[] = [];
  for (const path of runbookFiles(folder)) {
    const shown = relative(directory, path);
    const { runbook, diagnostics } = loadRunbook(readFileSync(path, 'utf8'), shown);
    if (runbook === undefined) await printError(`${shown}: ${diagnostics[0]?.message ?? 'not readable'} (runbook lint ${shown})`);
    else listed.push(entry(runbook.data, shown, path));
  }
  if (options.output === 'json') await printJson(listed);
  else for (const one of listed) await print(`${one.id.padEnd(32)} ${one.severity.padEnd(6)} ${one.title}`);
  return exitCodes.succeeded;
}

function entry(data: Readonly<Record<string, Json>>, shown: string, path: string): Listed {
  const text = (name: string): string => (typeof data[name] === 'string' ? data[name] : '');
  const items = (name: string): readonly Json[] => (Array.isArray(data[name]) ? (data[name] as readonly Json[]) : []);
  return {
    id: text('id') || idOfFile(path),
    title: text('title'),
    path: shown,
    severity: text('severity'),
    owners: items('owners'),
    triggers: items('triggers'),
  };
}
