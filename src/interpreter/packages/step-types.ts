/**
 * Step types from outside (T20): named by the operator's configuration only, pinned by content. Everything here reads data; code of a package is
 * loaded by `outside-runner.ts`, in the process that performs the run, from a copy of exactly the bytes that were hashed.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Registry } from '../port/registry.ts';
import type { StepType } from '../port/step-type.ts';
import type { ConfigDiagnostic } from '../config/diagnostics.ts';
import { refusal } from '../config/diagnostics.ts';
import { outsideRunner } from './outside-runner.ts';
import { PackageError, readPackageFiles } from './package-files.ts';
import type { StepTypePackage } from './package-manifest.ts';
import { packageOf } from './package-manifest.ts';
import { factsIn, paramsValidator, portManifest } from './step-type-schema.ts';
import type { Strays } from '../config/unknown-keys.ts';
import { createStrays } from '../config/unknown-keys.ts';
import type { StepTypeEntry } from '../config/types.ts';

export interface OutsideStepType extends StepType {
  /** Text of README.md. */
  readonly readme?: string;
}

export interface LoadedStepTypes {
  readonly types: readonly OutsideStepType[];
  readonly diagnostics: readonly ConfigDiagnostic[];
}

/** Words of the language that are not step types of the registry. */
const reserved = ['choose', 'runbook', 'group'];

/** `copies`: private folder for the copies that run. Whatever is wrong with an entry is a diagnostic at it, and the type is not there. */
export function loadStepTypes(
  entries: readonly StepTypeEntry[],
  options: { readonly builtIn: Registry; readonly copies: string },
): LoadedStepTypes {
  const types: OutsideStepType[] = [];
  const own = { copies: options.copies, strays: createStrays() };
  const diagnostics: ConfigDiagnostic[] = [];
  for (const entry of entries) {
    try {
      types.push(stepTypeOf(pinned(entry, options.builtIn), own));
    } catch (problem) {
      if (!(problem instanceof PackageError)) throw problem;
      const { file, ...spot } = entry.at;
      diagnostics.push(refusal(file, 'config-step-type', `step type "${entry.type}": ${problem.message}`, hintOf(problem), spot));
    }
  }
  return { types, diagnostics };
}

/** Says what to do beside what is wrong. */
class HintedError extends PackageError {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

const hintOf = (problem: PackageError): string | undefined => (problem instanceof HintedError ? problem.hint : undefined);

function pinned(entry: StepTypeEntry, builtIn: Registry): StepTypePackage {
  if (builtIn.get(entry.type) !== undefined || reserved.includes(entry.type))
    throw new PackageError('it is built in, and a package cannot replace it');
  const folder = packageFolder(entry.package, entry.from);
  const content = readPackageFiles(folder);
  if (content.hash !== entry.hash)
    throw new HintedError(
      `the content of ${folder} is ${content.hash}, the configuration expects ${entry.hash}; nothing of it was loaded`,
      'if the change is meant, read it, then take the lines of `runbook pin` into the configuration',
    );
  const found = packageOf(folder, content);
  if (found.manifest.type !== entry.type)
    throw new PackageError(`${found.name} is the step type "${found.manifest.type}"; name it so`);
  return found;
}

/** The package as the port has it; its code is loaded by `load`. */
export function stepTypeOf(
  { name, version, content, manifest: whole, readme }: StepTypePackage,
  { copies, strays }: { readonly copies: string; readonly strays: Strays },
): OutsideStepType {
  const manifest = portManifest(whole);
  return {
    manifest,
    origin: { package: name, version, hash: content.hash },
    facts: factsIn(whole),
    validate: paramsValidator(manifest),
    load: () => outsideRunner({ manifest, content, module: whole.module, name: `${name}@${version}`, copies, strays }),
    ...(readme === undefined ? {} : { readme }),
  };
}

/** A folder relative to the configuration, or the nearest node_modules upward from it. Links to the package itself are followed. Throws PackageError. */
export function packageFolder(name: string, from: string): string {
  if (name.startsWith('.') || isAbsolute(name)) return realFolder(resolve(from, name));
  if (!/^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name))
    throw new PackageError(`"${name}" is neither a folder (./name) nor the name of an npm package`);
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return realFolder(folder);
    if (dirname(at) === at)
      throw new HintedError(`there is no package ${name} beside ${from} or above`, `npm install --omit=dev ${name}`);
  }
}

function realFolder(folder: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw new PackageError(`there is no folder ${folder}`);
  return realpathSync(folder);
}
