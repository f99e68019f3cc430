/** `runbook lint`: every finding of every file, at its line and column; exit 3 when there is an error. Executes nothing, needs no network. */
import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';
import { sortDiagnostics, tooManyFindings } from '../../interpreter/document/diagnostic.ts';
import { readText, readTextIfThere } from '../../interpreter/document/read-text.ts';
import { pretty } from '../../ui/diagnostics/pretty.ts';
import type { FolderFiles } from '../../catalogue/catalogue.ts';
import { catalogueFolder, filesBelow, findRunbook, folderName } from '../../catalogue/catalogue.ts';
import { exitCodes, usage } from '../../console/exit-codes.ts';
import type { Against, Linter, Looked } from './one.ts';
import type { LookedAt } from './many.ts';
import { createLinter, errorsIn, hasAnything, mostErrors, shownName } from './one.ts';
import { print, printCommands, printError, printJsonText, wantsColour } from '../../console/terminal.ts';

export interface LintOptions {
  readonly output?: string;
  readonly config?: string;
  readonly env?: string;
  readonly catalogue?: string;
  readonly commands?: boolean;
  /** Warnings that count as errors: codes with commas, or `all`. */
  readonly strict?: string;
  readonly watch?: boolean;
  readonly fix?: boolean;
  /** With `fix`: print what would change, write nothing. */
  readonly dryRun?: boolean;
}

export async function lint(names: readonly string[], options: LintOptions): Promise<number> {
  if (options.dryRun === true && options.fix !== true) throw usage('--dry-run needs --fix', 'plain lint never writes');
  if (options.watch === true) {
    const { watchAndLint } = await import('./watch.ts');
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
  const { files, links } = filesOf(names, options, directory);
  reading(files);
  const linter = await createLinter(options, directory);
  const { found, files: looked } = await (files.length >= many && options.fix !== true
    ? (await import('./many.ts')).lintMany(linter, files, directory, against(options))
    : oneByOne(linter, files, options, directory));
  const unread = links.map((path) => notFollowed(shownName(directory, path)));
  const left = files.slice(looked).map((path) => shownName(directory, path));
  const all = [...linter.diagnostics, ...unread, ...(await together(files, found, directory)), ...notLookedAt(left)];
  const findings = options.strict === undefined ? all : (await import('./strict.ts')).strictly(options.strict, all);
  const shown = [...new Set(files.slice(0, looked).map((path) => shownName(directory, path)))];
  await show({ findings, files: shown, directory }, options.output);
  const wrong = findings.some((one) => one.severity === 'error');
  return wrong ? exitCodes.invalidDocument : exitCodes.succeeded;
}

/** The findings in the order of the files, with those of the rule over all of them. */
async function together(
  files: readonly string[],
  found: ReadonlyMap<number, Looked>,
  directory: string,
): Promise<readonly Diagnostic[]> {
  const inOrder = [...files.keys()].flatMap((index) => found.get(index) ?? []);
  const claims = inOrder.flatMap((one) => one.claims ?? []);
  const more = claims.length < 2 ? undefined : (await import('./across.ts')).findAcross(claims, directory);
  return inOrder.flatMap((one) => {
    const across = one.claims === undefined ? undefined : more?.get(one.claims);
    return across === undefined ? one.findings : sortDiagnostics([...one.findings, ...across]);
  });
}

/** From so many files on, starting threads pays. */
const many = 500;

/** What a thread is told: it must be plain data. */
const against = ({ config, env, commands, catalogue }: LintOptions): Against => ({
  ...(catalogue === undefined ? {} : { catalogue }),
  ...(config === undefined ? {} : { config }),
  ...(env === undefined ? {} : { env }),
  ...(commands === undefined ? {} : { commands }),
});

async function oneByOne(linter: Linter, files: readonly string[], options: LintOptions, directory: string): Promise<LookedAt> {
  const all = new Map<number, Looked>();
  let errors = 0;
  for (const [index, path] of files.entries()) {
    if (errors >= mostErrors && options.fix !== true) return { found: all, files: index };
    const shown = shownName(directory, path);
    const read = readText(path, shown);
    if (!read.ok) {
      all.set(index, { findings: [read.diagnostic] });
      errors += 1;
      continue;
    }
    const { text } = read;
    const look = (changed: string): Promise<Looked> => linter.look(changed, shown);
    const looked = options.fix === true ? await fixed(path, shown, text, options, look) : await look(text);
    if (hasAnything(looked)) all.set(index, looked);
    errors += errorsIn(looked);
  }
  return { found: all, files: files.length };
}

/** Mends a file and tells how; what is left of its findings is linted in the text as it is now. */
async function fixed(
  path: string,
  shown: string,
  read: string,
  options: LintOptions,
  look: (text: string) => Promise<Looked>,
): Promise<Looked> {
  const { difference, mend, writeMended } = await import('./fix.ts');
  const { text, looked, edits } = await mend(read, look);
  if (text === read) return looked;
  if (options.dryRun === true) {
    const say = options.output === undefined || options.output === 'plain' ? print : printError;
    await say(difference(shown, read, text));
    return look(read);
  }
  const why = await writeMended(path, read, text);
  await printError(why === undefined ? `${shown}: ${count(edits, 'edit')}` : `${shown}: not mended, ${why}`);
  return why === undefined ? looked : look(read);
}

interface Linted {
  readonly findings: readonly Diagnostic[];
  /** Names as shown. */
  readonly files: readonly string[];
  readonly directory: string;
}

function filesOf(names: readonly string[], options: LintOptions, directory: string): FolderFiles {
  const catalogue = options.catalogue === undefined ? {} : { catalogue: options.catalogue };
  if (names.length > 0) {
    const all = names.map((name): FolderFiles => {
      const path = resolve(directory, name);
      if (existsSync(path) && statSync(path).isDirectory()) return filesBelow(path);
      return { files: [behindLink(name, findRunbook(name, { directory, ...catalogue }))], links: [] };
    });
    return { files: all.flatMap((one) => one.files), links: all.flatMap((one) => one.links) };
  }
  const folder = catalogueFolder({ directory, ...catalogue });
  if (folder === undefined) throw usage(`no folder ${folderName} here or above`, 'name files, or give --catalogue FOLDER');
  return filesBelow(folder);
}

/**
 * Where a link leads that was named itself. Findings quote lines, and a hook names whatever a change brings: so only a file that is called YAML, never
 * `/proc/self/environ`, nor `.env` or `.git/config` beside it, where builds keep their tokens.
 */
function behindLink(name: string, path: string): string {
  if (!lstatSync(path).isSymbolicLink()) return path;
  const file = realpathSync(path);
  if (/\.ya?ml$/.test(file) || !statSync(file).isFile()) return file;
  throw usage(`${name} is a symbolic link to ${file}, which is not a .yaml file`, 'name the runbook itself');
}

/** Silence about files that were not looked at would pass for a good result. */
function notLookedAt(files: readonly string[]): readonly Diagnostic[] {
  const [file] = files;
  if (file === undefined) return [];
  return [
    {
      ...{ file, line: 1, column: 1, endLine: 1, endColumn: 2 },
      severity: 'error',
      code: tooManyFindings,
      message: `there are ${String(mostErrors)} errors or more, so ${count(files.length, 'file')} from here on were not looked at`,
      hint: 'mend those that are shown, and lint again',
    },
  ];
}

/** A link of a folder may lead to any file of this machine, and findings quote lines. */
const notFollowed = (file: string): Diagnostic => ({
  ...{ file, line: 1, column: 1, endLine: 1, endColumn: 2 },
  severity: 'warning',
  code: 'file-link',
  message: 'this symbolic link is not followed',
  hint: 'name it to lint what it leads to',
});

async function show(linted: Linted, form: string | undefined): Promise<void> {
  const { findings, files, directory } = linted;
  if (form === undefined || form === 'plain') {
    if (findings.length > 0) await print(pretty(findings, texts(directory), { colour: wantsColour() }));
    const errors = findings.filter((one) => one.severity === 'error').length;
    await printError(`${count(files.length, 'file')}, ${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}`);
    return;
  }
  const { machine, machineForms } = await import('../../ui/diagnostics/machine.ts');
  const text = machine(form, findings, files);
  if (text === undefined) throw usage(`--output ${form} is not a form of lint`, `one of plain, ${machineForms.join(', ')}`);
  if (text !== '') await (form === 'github' ? printCommands(text) : form === 'junit' ? print(text) : printJsonText(text));
}

/** Read again for the lines that are shown: to keep all texts would be memory for each file. */
function texts(directory: string): (file: string) => string {
  let last: { readonly file: string; readonly text: string } | undefined;
  return (file) => {
    if (last?.file !== file) last = { file, text: readTextIfThere(resolve(directory, file)) };
    return last.text;
  };
}

const count = (n: number, word: string): string => `${String(n)} ${word}${n === 1 ? '' : 's'}`;
