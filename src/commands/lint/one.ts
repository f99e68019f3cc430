/** Lint of one text, alike in the program's own thread and in those that help with many files. */
import { relative, resolve } from 'node:path';
import { isRehearsalFile, isTestFile, runbookBeside } from '../../catalogue/catalogue.ts';
import { check } from '../../interpreter/check/check.ts';
import type { Claims } from '../../interpreter/check/rules/shared-locks.ts';
import { claimsOf } from '../../interpreter/check/rules/shared-locks.ts';
import type { Config } from '../../interpreter/config/config.ts';
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';
import { capped, joined } from '../../interpreter/document/diagnostic.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import type { Runbook } from '../../interpreter/document/load.ts';
import { readTextIfThere } from '../../interpreter/document/read-text.ts';
import { readQuickly, withoutPlaces } from '../../interpreter/document/quick.ts';
import type { Registry } from '../../interpreter/port/registry.ts';
import { libraryOf } from '../../catalogue/library.ts';
import type { LastRehearsal } from '../../interpreter/rehearsal/due.ts';
import { checkTestFile } from '../../interpreter/rehearsal/check-test-file.ts';
import { checkRehearsal } from '../../interpreter/rehearsal/check-rehearsal.ts';
import { registry as builtIn } from '../../steps/index.ts';

export interface Against {
  readonly config?: string;
  readonly env?: string;
  readonly catalogue?: string;
  /** Also: are the programs of shell steps on this machine. */
  readonly commands?: boolean;
}

/** Of one file; plain data, because it may come from another thread. */
export interface Looked {
  readonly findings: readonly Diagnostic[];
  /** For the rule over all files; absent when the file has errors, or nothing to compare. */
  readonly claims?: Claims;
}

export interface Linter {
  /** What is wrong with the configuration itself. */
  readonly diagnostics: readonly Diagnostic[];
  look(text: string, file: string): Promise<Looked>;
}

export async function createLinter(against: Against, directory: string): Promise<Linter> {
  const configured = against.config === undefined ? undefined : await readConfig(against.config, directory);
  const options = {
    ...(configured === undefined ? {} : { config: configured.config }),
    ...(against.env === undefined ? {} : { environment: against.env }),
    ...(against.commands === true ? { machine: true } : {}),
    ...(configured?.config.lint?.rehearsedWithin === undefined ? {} : { rehearsed: await rehearsals() }),
  };
  const registry = configured?.registry ?? builtIn;
  const looked = async (runbook: Runbook, before: readonly Diagnostic[] = []): Promise<Looked> => {
    const find = libraryOf(resolve(directory, runbook.file), directory, against.catalogue);
    const findings = joined(before, await check(runbook, registry, { ...options, find }));
    const claims = findings.some((one) => one.severity === 'error')
      ? undefined
      : claimsOf(runbook.data, runbook.file, registry, find);
    return { findings, ...(claims === undefined ? {} : { claims }) };
  };
  return {
    diagnostics: configured?.diagnostics ?? [],
    // Most files have nothing wrong: that is known without places, and the slow reader is not even loaded. Any finding is found again, with its place.
    look: async (text, file) => {
      if (isRehearsalFile(file))
        return { findings: lookBeside(checkRehearsal, text, file, directory, registry, against.catalogue) };
      if (isTestFile(file)) return { findings: lookBeside(checkTestFile, text, file, directory, registry, against.catalogue) };
      const data = readQuickly(text);
      const quick = data === undefined ? undefined : await looked(withoutPlaces(data, text, file));
      if (quick?.findings.length === 0) return quick;
      const { runbook, diagnostics } = loadRunbook(text, file);
      if (runbook === undefined) return { findings: capped(diagnostics) };
      const found = await looked(runbook, diagnostics);
      return { ...found, findings: capped(found.findings) };
    },
  };
}

/** Against the runbook beside it, when that can be read; what is wrong with that is told of that. */
function lookBeside(
  checkFile: typeof checkRehearsal | typeof checkTestFile,
  text: string,
  file: string,
  directory: string,
  registry: Registry,
  catalogue: string | undefined,
): readonly Diagnostic[] {
  const path = runbookBeside(resolve(directory, file));
  const beside = loadRunbook(readTextIfThere(path), path).runbook;
  return checkFile({ text, file, runbook: beside, registry, find: libraryOf(path, directory, catalogue) }).findings;
}

/** With so many errors nothing more is learned from further files: a tree that somebody filled with mistakes must not hold a build, or fill its log. */
export const mostErrors = 2000;

export const errorsIn = ({ findings }: Looked): number => findings.filter((one) => one.severity === 'error').length;

export const hasAnything = ({ findings, claims }: Looked): boolean => findings.length > 0 || claims !== undefined;

/** A file as findings name it: from here, when it lies below. */
export function shownName(directory: string, path: string): string {
  const name = relative(directory, path);
  return name.startsWith('..') ? path : name;
}

/** Of the store of this machine; loaded only where a configuration demands rehearsals. */
async function rehearsals(): Promise<(id: string) => LastRehearsal | undefined> {
  const { lastRehearsal } = await import('../rehearse/results.ts');
  const { stateRoot } = await import('../../console/state-root.ts');
  return (id) => lastRehearsal(stateRoot(), id, Date.now());
}

interface Configured {
  readonly config: Config;
  /** With the step types from outside that it names: their manifests are read, their code is not (T20). */
  readonly registry: Registry;
  readonly diagnostics: readonly Diagnostic[];
}

async function readConfig(path: string, directory: string): Promise<Configured> {
  const { loadConfig } = await import('../../interpreter/config/config.ts');
  const { config, diagnostics } = await loadConfig({ path, directory });
  const { knownStepTypes } = await import('../../catalogue/step-types.ts');
  const known = await knownStepTypes(config.stepTypes);
  return { config, registry: known.registry, diagnostics: [...diagnostics, ...known.diagnostics] };
}
