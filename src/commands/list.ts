/** `runbook list`: the catalogue, from the top of each document only; broken documents are listed with their problem, never hidden. */
import { relative } from 'node:path';
import type { Json, Ms } from '../interpreter/core/model/value.ts';
import type { TextOfFile } from '../interpreter/document/read-text.ts';
import { readText } from '../interpreter/document/read-text.ts';
import { catalogueFolder, folderName, idOfFile, runbookFiles } from '../catalogue/catalogue.ts';
import { exitCodes, usage } from '../console/exit-codes.ts';
import { oneLine } from '../interpreter/guard/sanitize.ts';
import { frontMatterOf } from '../catalogue/front-matter.ts';
import type { OutputOption } from '../console/options.ts';
import { stateRoot } from '../console/state-root.ts';
import { print, printError, printJson } from '../console/terminal.ts';
import { newestResult, resultJson } from './rehearse/results.ts';

export interface Listed {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly severity: string;
  readonly owners: readonly Json[];
  readonly triggers: readonly Json[];
  /** How often it is due: hourly, daily, weekly or monthly. */
  readonly schedule?: string;
  /** The newest rehearsal on this machine. */
  readonly rehearsal?: Json;
  /** Where the configuration demands rehearsals: whether this runbook needs one. */
  readonly rehearsalDue?: boolean;
}

export async function list(options: OutputOption & { readonly catalogue?: string }): Promise<number> {
  const directory = process.cwd();
  const folder = catalogueFolder({ directory, ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }) });
  if (folder === undefined) throw usage(`no folder ${folderName} here or above`, 'give --catalogue FOLDER');
  const files = runbookFiles(folder).map((path) => ({
    path,
    shown: relative(directory, path),
    read: readText(path, path),
  }));
  if (options.output === 'json') {
    const { demandedWithin } = await import('./rehearse/demand.ts');
    const within = await demandedWithin(directory);
    const entries = await Promise.all(files.map((file) => parsed(file, within)));
    await printJson(entries.filter((one) => one !== undefined));
    return exitCodes.succeeded;
  }
  for (const file of files) {
    const head = file.read.ok ? frontMatterOf(file.read.text) : undefined;
    const one = head === undefined ? await parsed(file) : { ...head, id: head.id || idOfFile(file.path) };
    if (one !== undefined) await print(`${oneLine(one.id).padEnd(32)} ${oneLine(one.severity).padEnd(6)} ${oneLine(one.title)}`);
  }
  return exitCodes.succeeded;
}

interface File {
  readonly path: string;
  readonly shown: string;
  readonly read: TextOfFile;
}

/** Undefined, with a message, when there is nothing to list. */
async function parsed({ path, shown, read }: File, within?: Ms): Promise<Listed | undefined> {
  const { loadRunbook } = await import('../interpreter/document/load.ts');
  const { runbook, diagnostics } = read.ok ? loadRunbook(read.text, shown) : { diagnostics: [read.diagnostic] };
  if (runbook !== undefined) {
    const one = entry(runbook.data, shown, path);
    if (within === undefined) return one;
    const { isDue } = await import('./rehearse/demand.ts');
    return { ...one, rehearsalDue: isDue(stateRoot(), one.id, within, runbook.sha) === true };
  }
  const name = oneLine(shown);
  await printError(`${name}: ${diagnostics[0]?.message ?? 'not readable'} (runbook lint ${name})`);
  return undefined;
}

function entry(data: Readonly<Record<string, Json>>, shown: string, path: string): Listed {
  const text = (name: string): string => (typeof data[name] === 'string' ? data[name] : '');
  const items = (name: string): readonly Json[] => (Array.isArray(data[name]) ? (data[name] as readonly Json[]) : []);
  const id = text('id') || idOfFile(path);
  const rehearsal = newestResult(stateRoot(), id);
  return {
    id,
    title: text('title'),
    path: shown,
    severity: text('severity'),
    owners: items('owners'),
    triggers: items('triggers'),
    ...(text('schedule') === '' ? {} : { schedule: text('schedule') }),
    ...(rehearsal === undefined ? {} : { rehearsal: resultJson(rehearsal) }),
  };
}
