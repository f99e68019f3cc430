/** Which runbooks are rehearsed: those that are named, or all that have a rehearsal file; and the files, checked before anything is brought up. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { check } from '../../interpreter/check/check.ts';
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { readTextIfThere } from '../../interpreter/document/read-text.ts';
import { checkRehearsal } from '../../interpreter/rehearsal/check-rehearsal.ts';
import type { Rehearsal } from '../../interpreter/rehearsal/rehearsal.ts';
import { registry } from '../../steps/index.ts';
import { pretty } from '../../ui/diagnostics/pretty.ts';
import { catalogueFolder, findRunbook, folderName, rehearsalFileOf, runbookFiles } from '../../catalogue/catalogue.ts';
import { libraryOf, pathOfCalled } from '../../catalogue/library.ts';
import { CommandError, exitCodes, usage } from '../../console/exit-codes.ts';
import { printError, wantsColour } from '../../console/terminal.ts';

export interface Chosen {
  readonly id: string;
  readonly path: string;
  /** SHA-256 of the runbook's text. */
  readonly sha: string;
  /** Path of the rehearsal file. */
  readonly file: string;
  /** Its folder, where its commands run. */
  readonly folder: string;
  readonly rehearsal: Rehearsal;
  /** Whether the runbook with this id, which this one calls, has a rehearsal of its own. */
  readonly isRehearsed: (id: string) => boolean;
}

interface Choice {
  readonly changed?: string;
  readonly catalogue?: string;
}

export async function chosenRunbooks(names: readonly string[], options: Choice): Promise<readonly Chosen[]> {
  const directory = process.cwd();
  const where = { directory, ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }) };
  const paths = names.length > 0 ? names.map((name) => named(findRunbook(name, where))) : inCatalogue(catalogueFolder(where));
  const changed = options.changed === undefined ? undefined : changedSince(options.changed, directory);
  const chosen = changed === undefined ? paths : paths.filter((path) => changed.has(path) || changed.has(rehearsalFileOf(path)));
  const read = await Promise.all(chosen.map((path) => readBoth(path, directory, options.catalogue)));
  const findings = read.flatMap((one) => one.findings);
  if (findings.length > 0)
    await printError(pretty(findings, (file) => readTextIfThere(resolve(directory, file)), { colour: wantsColour('stderr') }));
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (errors > 0)
    throw new CommandError({
      exitCode: exitCodes.invalidDocument,
      message: `${String(errors)} error${errors === 1 ? '' : 's'} in what is to be rehearsed; nothing was brought up`,
      hint: 'mend the findings above; `runbook explain CODE` explains each',
    });
  return read.flatMap(({ made }) => (made === undefined ? [] : [made]));
}

function named(path: string): string {
  const file = rehearsalFileOf(path);
  if (existsSync(file)) return path;
  throw usage(`there is no rehearsal file ${file}`, 'docs/rehearsals.md tells how one is written');
}

function inCatalogue(folder: string | undefined): readonly string[] {
  if (folder === undefined) throw usage(`no folder ${folderName} here or above`, 'name runbooks, or give --catalogue FOLDER');
  return runbookFiles(folder).filter((path) => existsSync(rehearsalFileOf(path)));
}

/** Absolute paths: committed since then, changed in the working tree, or new. */
function changedSince(since: string, directory: string): ReadonlySet<string> {
  const git = (...args: readonly string[]): readonly string[] => {
    try {
      return execFileSync('git', [...args], { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
        .split('\0')
        .filter((one) => one !== '');
    } catch (problem) {
      const words = (problem as { readonly stderr?: string }).stderr?.trim().split('\n')[0] ?? (problem as Error).message;
      throw usage(`--changed ${since}: ${words}`, 'give a commit, a tag or a branch');
    }
  };
  const top = (git('rev-parse', '--show-toplevel')[0] ?? directory).trim();
  const names = [
    ...git('diff', '--name-only', '-z', '--merge-base', '--end-of-options', since, '--'),
    ...git('ls-files', '--others', '--exclude-standard', '--full-name', '-z'),
  ];
  return new Set(names.map((name) => resolve(top, name)));
}

async function readBoth(
  path: string,
  directory: string,
  catalogue: string | undefined,
): Promise<{ readonly made?: Chosen; readonly findings: readonly Diagnostic[] }> {
  const file = rehearsalFileOf(path);
  const shown = (one: string): string => relative(directory, one);
  const { runbook, diagnostics } = loadRunbook(readTextIfThere(path), shown(path));
  const find = libraryOf(path, directory, catalogue);
  const ofRunbook = runbook === undefined ? [] : await check(runbook, registry, { find });
  const { rehearsal, findings } = checkRehearsal({ text: readTextIfThere(file), file: shown(file), runbook, registry, find });
  const errors = [...diagnostics, ...ofRunbook].filter(({ severity }) => severity === 'error');
  const isRehearsed = (id: string): boolean => {
    const called = pathOfCalled(id, dirname(path), catalogue);
    return called !== undefined && existsSync(rehearsalFileOf(called));
  };
  const made =
    runbook === undefined || rehearsal === undefined
      ? {}
      : { made: { id: runbook.id, path, sha: runbook.sha, file, folder: dirname(file), rehearsal, isRehearsed } };
  return { ...made, findings: [...errors, ...findings] };
}
