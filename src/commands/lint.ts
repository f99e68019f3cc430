/** `runbook lint`: every finding of every file, at its line and column; exit 3 when there is an error. Executes nothing, needs no network. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { check } from '../interpreter/check/check.ts';
import type { Config } from '../interpreter/config/config.ts';
import type { Diagnostic } from '../interpreter/document/diagnostic.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { registry } from '../steps/index.ts';
import { pretty } from '../ui/diagnostics/pretty.ts';
import { catalogueFolder, findRunbook, folderName, runbookFiles } from './catalogue.ts';
import { exitCodes, usage } from './exit.ts';
import { print, printError, wantsColour } from './terminal.ts';

export interface LintOptions {
  readonly output?: string;
  readonly config?: string;
  readonly env?: string;
  readonly catalogue?: string;
}

export async function lint(names: readonly string[], options: LintOptions): Promise<number> {
  const directory = process.cwd();
  const files = filesOf(names, options, directory);
  const texts = new Map<string, string>();
  const findings: Diagnostic[] = [];
  const config = options.config === undefined ? undefined : await readConfig(options.config, directory, findings);
  for (const path of files) {
    const shown = relative(directory, path).startsWith('..') ? path : relative(directory, path);
    const text = readFileSync(path, 'utf8');
    texts.set(shown, text);
    findings.push(...(await findingsOf(text, shown, config, options.env)));
  }
  await show(findings, files.length, texts, options.output);
  return findings.some((one) => one.severity === 'error') ? exitCodes.invalidDocument : exitCodes.succeeded;
}

async function findingsOf(
  text: string,
  file: string,
  config: Config | undefined,
  environment: string | undefined,
): Promise<readonly Diagnostic[]> {
  const { runbook, diagnostics } = loadRunbook(text, file);
  if (runbook === undefined) return diagnostics;
  const more = await check(runbook, registry, {
    ...(config === undefined ? {} : { config }),
    ...(environment === undefined ? {} : { environment }),
  });
  return [...diagnostics, ...more];
}

async function readConfig(path: string, directory: string, findings: Diagnostic[]): Promise<Config> {
  const { loadConfig } = await import('../interpreter/config/config.ts');
  const { config, diagnostics } = await loadConfig({ path, directory });
  findings.push(...diagnostics);
  return config;
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

async function show(
  findings: readonly Diagnostic[],
  files: number,
  texts: ReadonlyMap<string, string>,
  form: string | undefined,
): Promise<void> {
  const source = (file: string): string => texts.get(file) ?? '';
  switch (form) {
    case undefined:
    case 'plain': {
      if (findings.length > 0) await print(pretty(findings, source, { colour: wantsColour() }));
      const errors = findings.filter((one) => one.severity === 'error').length;
      await printError(`${count(files, 'file')}, ${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}`);
      return;
    }
    case 'json':
    case 'github':
    case 'sarif':
    case 'junit': {
      const { machine } = await import('../ui/diagnostics/machine.ts');
      const text = machine(form, findings, files);
      if (text !== '') await print(text);
      return;
    }
    default:
      throw usage(`--output ${form}: lint knows plain, json, github, sarif and junit`);
  }
}

const count = (n: number, word: string): string => `${String(n)} ${word}${n === 1 ? '' : 's'}`;
