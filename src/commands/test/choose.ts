/** Which runbooks are tested, and what is known of each: its test file, its rehearsal, what a rehearsal recorded. Errors are told before anything is tried. */
import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { check } from '../../interpreter/check/check.ts';
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';
import type { Runbook } from '../../interpreter/document/load.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { readTextIfThere } from '../../interpreter/document/read-text.ts';
import type { FindRunbook } from '../../interpreter/check/calls.ts';
import { checkRehearsal } from '../../interpreter/rehearsal/check-rehearsal.ts';
import { checkTestFile } from '../../interpreter/rehearsal/check-test-file.ts';
import type { Rehearsal } from '../../interpreter/rehearsal/rehearsal.ts';
import type { TestFile } from '../../interpreter/rehearsal/test-file.ts';
import { registry } from '../../steps/index.ts';
import { pretty } from '../../ui/diagnostics/pretty.ts';
import {
  catalogueFolder,
  findRunbook,
  folderName,
  rehearsalFileOf,
  runbookFiles,
  testFileOf,
} from '../../catalogue/catalogue.ts';
import { libraryOf } from '../../catalogue/library.ts';
import { CommandError, exitCodes, usage } from '../../console/exit-codes.ts';
import { printError, wantsColour } from '../../console/terminal.ts';
import type { Recorded } from './recorded.ts';
import { readRecorded, recordedFileOf } from './recorded.ts';

export interface Chosen {
  readonly runbook: Runbook;
  readonly find: FindRunbook;
  readonly test?: TestFile;
  readonly rehearsal?: Rehearsal;
  readonly recorded?: Recorded;
}

/** Without names: all that have one of these files beside them. */
export async function chosenRunbooks(names: readonly string[], catalogue: string | undefined): Promise<readonly Chosen[]> {
  const directory = process.cwd();
  const where = { directory, ...(catalogue === undefined ? {} : { catalogue }) };
  const folder = names.length > 0 ? undefined : catalogueFolder(where);
  if (names.length === 0 && folder === undefined)
    throw usage(`no folder ${folderName} here or above`, 'name runbooks, or give --catalogue FOLDER');
  const paths = folder === undefined ? names.map((name) => findRunbook(name, where)) : runbookFiles(folder).filter(hasFiles);
  const read = await Promise.all(paths.map((path) => readOne(path, directory, catalogue)));
  const findings = read.flatMap((one) => one.findings);
  if (findings.length > 0)
    await printError(pretty(findings, (file) => readTextIfThere(resolve(directory, file)), { colour: wantsColour('stderr') }));
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return read.flatMap(({ chosen }) => (chosen === undefined ? [] : [chosen]));
  throw new CommandError({
    exitCode: exitCodes.invalidDocument,
    message: `${String(errors)} error${errors === 1 ? '' : 's'} in what is to be tested; nothing was tried`,
    hint: 'mend the findings above; `runbook explain CODE` explains each',
  });
}

const hasFiles = (path: string): boolean => [testFileOf, rehearsalFileOf, recordedFileOf].some((of) => existsSync(of(path)));

async function readOne(
  path: string,
  directory: string,
  catalogue: string | undefined,
): Promise<{ readonly chosen?: Chosen; readonly findings: readonly Diagnostic[] }> {
  const shown = (one: string): string => relative(directory, one);
  const { runbook, diagnostics } = loadRunbook(readTextIfThere(path), shown(path));
  const find = libraryOf(path, directory, catalogue);
  const ofRunbook = runbook === undefined ? [] : await check(runbook, registry, { find });
  const errors = [...diagnostics, ...ofRunbook].filter(({ severity }) => severity === 'error');
  const beside = <T extends object>(file: string, read: (text: string, file: string) => T): Partial<T> =>
    existsSync(file) ? read(readTextIfThere(file), shown(file)) : {};
  const { test, findings: ofTest = [] } = beside(testFileOf(path), (text, file) =>
    checkTestFile({ text, file, runbook, registry, find }),
  );
  const { rehearsal, findings: ofRehearsal = [] } = beside(rehearsalFileOf(path), (text, file) =>
    checkRehearsal({ text, file, runbook, registry, find }),
  );
  const recorded = readRecorded(path);
  const findings = [...errors, ...ofTest, ...ofRehearsal];
  if (runbook === undefined) return { findings };
  const known = {
    ...(test === undefined ? {} : { test }),
    ...(rehearsal === undefined ? {} : { rehearsal }),
    ...(recorded === undefined ? {} : { recorded }),
  };
  return { chosen: { runbook, find, ...known }, findings };
}
