/** `runbook docs [type]`: the page of a step type, built in or from the configuration; without a type, all of them in one line each. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../interpreter/config/config.ts';
import { suggestion } from '../interpreter/language/suggest.ts';
import { stepTypePage } from '../interpreter/port/page.ts';
import type { StepType, StepTypeOrigin } from '../interpreter/port/step-type.ts';
import { exitCodes, usage } from './exit.ts';
import { packageRoot } from './package-root.ts';
import type { KnownStepTypes } from './step-types.ts';
import { knownStepTypes, refuseDiagnostics } from './step-types.ts';
import { print } from './terminal.ts';

export async function docs(type: string | undefined, options: { readonly config?: string }): Promise<number> {
  const known = await configured(options.config);
  if (type === undefined) {
    refuseDiagnostics(known.diagnostics);
    for (const name of known.registry.names()) await print(line(known.registry.get(name)));
    return exitCodes.succeeded;
  }
  refuseDiagnostics(known.diagnostics.filter(({ message }) => message.startsWith(`step type "${type}"`)));
  const outside = known.outside.find(({ manifest }) => manifest.type === type);
  if (outside?.origin !== undefined) {
    await print(`${stepTypePage(outside.manifest, outside.readme)}\n${provenance(outside.origin)}`);
    return exitCodes.succeeded;
  }
  const stepType = known.registry.get(type);
  if (stepType === undefined)
    throw usage(`there is no step type "${type}"`, suggestion(type, known.registry.names()) ?? '`runbook docs` lists all');
  const path = join(packageRoot(), 'docs', 'step-types', `${type}.md`);
  await print((existsSync(path) ? readFileSync(path, 'utf8') : stepTypePage(stepType.manifest)).trimEnd());
  return exitCodes.succeeded;
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
