/** `runbook lint`: every finding of every file, at its line and column; exit 3 when there is an error. Executes nothing, needs no network. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { check } from '../interpreter/check/check.ts';
import type { Config } from '../interpreter/config/config.ts';
import type { Registry } from '../interpreter/port/registry.ts';
import type { Diagnostic } from '../interpreter/document/diagnostic.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { registry as builtIn } from '../steps/index.ts';
import { pretty } from '../ui/diagnostics/pretty.ts';
import { catalogueFolder, findRunbook, folderName, runbookFiles } from './catalogue.ts';
import { exitCodes, usage } from './exit.ts';
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
  const texts = new Map<string, string>();
  const findings: Diagnostic[] = [];
  const configured = options.config === undefined ? undefined : await readConfig(options.config, directory, findings);
  for (const path of files) {
    const shown = relative(directory, path).startsWith('..') ? path : relative(directory, path);
    const read = readFileSync(path, 'utf8');
    const find = (text: string): Promise<readonly Diagnostic[]> => findingsOf(text, shown, configured, options.env);
    const { text, found } =
      options.fix === true ? await fixed(path, shown, read, options, find) : { text: read, found: await find(read) };
    texts.set(shown, text);
    findings.push(...found);
  }
  await show({ findings, texts }, options.output);
  const wrong = findings.some((one) => one.severity === 'error');
  return wrong ? exitCodes.invalidDocument : exitCodes.succeeded;
}

/** Mends a file and tells how; what is left of its findings is linted in the text as it is now. */
async function fixed(
  path: string,
  shown: string,
  read: string,
  options: LintOptions,
  find: (text: string) => Promise<readonly Diagnostic[]>,
): Promise<{ readonly text: string; readonly found: readonly Diagnostic[] }> {
  const { difference, mend, replaceFile } = await import('./lint-fix.ts');
  const { text, findings, edits } = await mend(read, find);
  if (text === read) return { text, found: findings };
  if (options.dryRun === true) {
    const say = options.output === undefined || options.output === 'plain' ? print : printError;
    await say(difference(shown, read, text));
    return { text: read, found: await find(read) };
  }
  if (replaceFile(path, read, text)) {
    await printError(`${shown}: ${count(edits, 'edit')}`);
    return { text, found: findings };
  }
  await printError(`${shown}: not mended, it is not UTF-8 or was changed meanwhile`);
  return { text: read, found: await find(read) };
}

interface Linted {
  readonly findings: readonly Diagnostic[];
  /** Name as shown -> text. */
  readonly texts: ReadonlyMap<string, string>;
}

async function findingsOf(
  text: string,
  file: string,
  configured: Configured | undefined,
  environment: string | undefined,
): Promise<readonly Diagnostic[]> {
  const { runbook, diagnostics } = loadRunbook(text, file);
  if (runbook === undefined) return diagnostics;
  const more = await check(runbook, configured?.registry ?? builtIn, {
    ...(configured === undefined ? {} : { config: configured.config }),
    ...(environment === undefined ? {} : { environment }),
  });
  return [...diagnostics, ...more];
}

interface Configured {
  readonly config: Config;
  /** With the step types from outside that it names: their manifests are read, their code is not (T20). */
  readonly registry: Registry;
}

async function readConfig(path: string, directory: string, findings: Diagnostic[]): Promise<Configured> {
  const { loadConfig } = await import('../interpreter/config/config.ts');
  const { config, diagnostics } = await loadConfig({ path, directory });
  const { knownStepTypes } = await import('./step-types.ts');
  const known = await knownStepTypes(config.stepTypes);
  findings.push(...diagnostics, ...known.diagnostics);
  return { config, registry: known.registry };
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
  const { findings, texts } = linted;
  if (form === undefined || form === 'plain') {
    if (findings.length > 0) await print(pretty(findings, (file) => texts.get(file) ?? '', { colour: wantsColour() }));
    const errors = findings.filter((one) => one.severity === 'error').length;
    await printError(`${count(texts.size, 'file')}, ${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}`);
    return;
  }
  const { machine, machineForms } = await import('../ui/diagnostics/machine.ts');
  const text = machine(form, findings, [...texts.keys()]);
  if (text === undefined) throw usage(`--output ${form}: lint knows plain, ${machineForms.join(', ')}`);
  if (text !== '') await print(text);
}

const count = (n: number, word: string): string => `${String(n)} ${word}${n === 1 ? '' : 's'}`;
