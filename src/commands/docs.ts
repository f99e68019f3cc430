/** `runbook docs [type]`: `language`, `functions`, or the page of a step type, built in or from the configuration; without a type, one line each; `--into`, a file each. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadConfig } from '../interpreter/config/config.ts';
import { suggestion } from '../interpreter/language/suggest.ts';
import { stepTypePage } from '../interpreter/port/page.ts';
import type { StepType, StepTypeOrigin } from '../interpreter/port/step-type.ts';
import { exitCodes, usage } from '../console/exit-codes.ts';
import { packageRoot } from '../console/package-root.ts';
import type { KnownStepTypes } from '../catalogue/step-types.ts';
import { knownStepTypes, refuseDiagnostics } from '../catalogue/step-types.ts';
import { print } from '../console/terminal.ts';

export interface DocsOptions {
  readonly config?: string;
  /** Folder that gets a page for each step type, or for the named one. */
  readonly into?: string;
}

export async function docs(type: string | undefined, options: DocsOptions): Promise<number> {
  if (type !== undefined && pagesOfLanguage.includes(type)) {
    await print(readFileSync(join(packageRoot(), 'docs', `${type}.md`), 'utf8').trimEnd());
    return exitCodes.succeeded;
  }
  const known = await configured(options.config);
  const named = (message: string): boolean => type === undefined || message.startsWith(`step type "${type}"`);
  refuseDiagnostics(known.diagnostics.filter(({ message }) => named(message)));
  const types = type === undefined ? known.registry.names() : [type];
  const pages = types.map((name) => [name, pageOf(name, known)] as const);
  if (options.into !== undefined) await writePages(resolve(options.into), pages);
  else if (type === undefined) for (const name of types) await print(line(known.registry.get(name)));
  else for (const [, page] of pages) await print(page.trimEnd());
  return exitCodes.succeeded;
}

/** What all runbooks share. */
const pagesOfLanguage: readonly string[] = ['language', 'functions'];

/** Markdown. The pages of built-in types were made from the same data when the program was. */
function pageOf(type: string, known: KnownStepTypes): string {
  const outside = known.outside.find(({ manifest }) => manifest.type === type);
  if (outside?.origin !== undefined) return `${stepTypePage(outside.manifest, outside.readme)}\n${provenance(outside.origin)}\n`;
  const stepType = known.registry.get(type);
  if (stepType === undefined)
    throw usage(`there is no step type "${type}"`, suggestion(type, known.registry.names()) ?? '`runbook docs` lists all');
  const path = join(packageRoot(), 'docs', 'step-types', `${type}.md`);
  return existsSync(path) ? readFileSync(path, 'utf8') : stepTypePage(stepType.manifest);
}

async function writePages(folder: string, pages: readonly (readonly [string, string])[]): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [type, page] of pages) writeFileSync(join(folder, `${type}.md`), page);
  } catch (problem) {
    throw usage(`--into ${folder}: ${(problem as Error).message}`, 'name a folder that you may write');
  }
  await print(`${String(pages.length)} page${pages.length === 1 ? '' : 's'} in ${folder}`);
}

/** The step types of the nearest or named configuration; one that cannot be read at all is refused. */
export async function configured(path: string | undefined): Promise<KnownStepTypes> {
  const { config, diagnostics } = await loadConfig({ directory: process.cwd(), ...(path === undefined ? {} : { path }) });
  refuseDiagnostics(diagnostics);
  return knownStepTypes(config.stepTypes);
}

function line(stepType: StepType | undefined): string {
  if (stepType === undefined) return '';
  const { manifest, origin } = stepType;
  return `${manifest.type.padEnd(18)} ${manifest.summary}${origin === undefined ? '' : ` (from ${origin.package} ${origin.version})`}`;
}

/** Where it comes from is part of what it is: it runs inside the engine. */
const provenance = (origin: StepTypeOrigin): string =>
  `From outside: ${origin.package} ${origin.version}, ${origin.hash}. It runs in the engine's process; the hash pins all its files.`;
