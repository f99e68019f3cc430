/** `runbook lint`: every finding of every file, at its line and column; exit 3 when there is an error. Executes nothing, needs no network. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../interpreter/document/diagnostic.ts';
import { pretty } from '../ui/diagnostics/pretty.ts';
import { catalogueFolder, findRunbook, folderName, runbookFiles } from './catalogue.ts';
import { exitCodes, usage } from './exit.ts';
import type { Against, Linter } from './lint-one.ts';
import { createLinter, shownName } from './lint-one.ts';
import { print, printError, wantsColour } from './terminal.ts';

export interface LintOptions {
  readonly output?: string;
  readonly config?: string;
  readonly env?: string;
  readonly catalogue?: string;
  readonly watch?: boolean;
  readonly fix?: boolean;
  /** With `fix`: print what would change, write nothing. */
  readonly dryRun?: boolean;
}

export async function lint(names: readonly string[], options: LintOptions): Promise<number> {
  if (options.dryRun === true && options.fix !== true) throw usage('--dry-run needs --fix', 'plain lint never writes');
  if (options.watch === true) {
    const { watchAndLint } = await import('./lint-watch.ts');
    return watchAndLint((reading) => lintOnce(names, options, reading));
  }
  return lintOnce(names, options, () => undefined);
}

/** One pass; `reading` gets the absolute paths before the first is read. Returns the exit code. */
async function lintOnce(
  names: readonly string[],
  options: LintOptions,
  reading: (files: readonly string[]) => void,
): Promise<number> {
  const directory = process.cwd();
  const files = filesOf(names, options, directory);
  reading(files);
  const linter = await createLinter(options, directory);
  const found = await (files.length >= many && options.fix !== true
    ? (await import('./lint-many.ts')).lintMany(linter, files, directory, against(options))
    : oneByOne(linter, files, options, directory));
  const findings = [...linter.diagnostics];
  for (const index of files.keys()) findings.push(...(found.get(index) ?? []));
  await show({ findings, files: [...new Set(files.map((path) => shownName(directory, path)))], directory }, options.output);
  const wrong = findings.some((one) => one.severity === 'error');
  return wrong ? exitCodes.invalidDocument : exitCodes.succeeded;
}

/** From so many files on, starting threads pays. */
const many = 500;

/** What a thread is told: it must be plain data. */
const against = ({ config, env }: LintOptions): Against => ({
  ...(config === undefined ? {} : { config }),
  ...(env === undefined ? {} : { env }),
});

async function oneByOne(
  linter: Linter,
  files: readonly string[],
  options: LintOptions,
  directory: string,
): Promise<ReadonlyMap<number, readonly Diagnostic[]>> {
  const all = new Map<number, readonly Diagnostic[]>();
  for (const [index, path] of files.entries()) {
    const shown = shownName(directory, path);
    const text = readFileSync(path, 'utf8');
    const find = (changed: string): Promise<readonly Diagnostic[]> => linter.find(changed, shown);
    const found = options.fix === true ? await fixed(path, shown, text, options, find) : await find(text);
    if (found.length > 0) all.set(index, found);
  }
  return all;
}

/** Mends a file and tells how; what is left of its findings is linted in the text as it is now. */
async function fixed(
  path: string,
  shown: string,
  read: string,
  options: LintOptions,
  find: (text: string) => Promise<readonly Diagnostic[]>,
): Promise<readonly Diagnostic[]> {
  const { difference, mend, replaceFile } = await import('./lint-fix.ts');
  const { text, findings, edits } = await mend(read, find);
  if (text === read) return findings;
  if (options.dryRun === true) {
    const say = options.output === undefined || options.output === 'plain' ? print : printError;
    await say(difference(shown, read, text));
    return find(read);
  }
  if (replaceFile(path, read, text)) {
    await printError(`${shown}: ${count(edits, 'edit')}`);
    return findings;
  }
  await printError(`${shown}: not mended, it is not UTF-8 or was changed meanwhile`);
  return find(read);
}

interface Linted {
  readonly findings: readonly Diagnostic[];
  /** Names as shown. */
  readonly files: readonly string[];
  readonly directory: string;
}

function filesOf(names: readonly string[], options: LintOptions, directory: string): readonly string[] {
  const catalogue = options.catalogue === undefined ? {} : { catalogue: options.catalogue };
  if (names.length > 0) {
    return names.flatMap((name) => {
      const path = resolve(directory, name);
      if (existsSync(path) && statSync(path).isDirectory()) return runbookFiles(path);
      return [findRunbook(name, { directory, ...catalogue })];
    });
  }
  const folder = catalogueFolder({ directory, ...catalogue });
  if (folder === undefined) throw usage(`no folder ${folderName} here or above`, 'name files, or give --catalogue FOLDER');
  return runbookFiles(folder);
}

async function show(linted: Linted, form: string | undefined): Promise<void> {
  const { findings, files, directory } = linted;
  if (form === undefined || form === 'plain') {
    if (findings.length > 0) await print(pretty(findings, texts(directory), { colour: wantsColour() }));
    const errors = findings.filter((one) => one.severity === 'error').length;
    await printError(`${count(files.length, 'file')}, ${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}`);
    return;
  }
  const { machine, machineForms } = await import('../ui/diagnostics/machine.ts');
  const text = machine(form, findings, files);
  if (text === undefined) throw usage(`--output ${form}: lint knows plain, ${machineForms.join(', ')}`);
  if (text !== '') await print(text);
}

/** Read again for the lines that are shown: to keep all texts would be memory for each file. */
function texts(directory: string): (file: string) => string {
  let last: { readonly file: string; readonly text: string } | undefined;
  return (file) => {
    if (last?.file !== file) last = { file, text: readIfThere(resolve(directory, file)) };
    return last.text;
  };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const count = (n: number, word: string): string => `${String(n)} ${word}${n === 1 ? '' : 's'}`;
