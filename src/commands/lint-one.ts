/** Lint of one text, alike in the program's own thread and in those that help with many files. */
import { relative } from 'node:path';
import { check } from '../interpreter/check/check.ts';
import type { Config } from '../interpreter/config/config.ts';
import type { Diagnostic } from '../interpreter/document/diagnostic.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import type { Runbook } from '../interpreter/document/load.ts';
import { readQuickly, withoutPlaces } from '../interpreter/document/quick.ts';
import type { Registry } from '../interpreter/port/registry.ts';
import { registry as builtIn } from '../steps/index.ts';

export interface Against {
  readonly config?: string;
  readonly env?: string;
}

export interface Linter {
  /** What is wrong with the configuration itself. */
  readonly diagnostics: readonly Diagnostic[];
  find(text: string, file: string): Promise<readonly Diagnostic[]>;
}

export async function createLinter(against: Against, directory: string): Promise<Linter> {
  const configured = against.config === undefined ? undefined : await readConfig(against.config, directory);
  const options = {
    ...(configured === undefined ? {} : { config: configured.config }),
    ...(against.env === undefined ? {} : { environment: against.env }),
  };
  const checked = (runbook: Runbook): Promise<readonly Diagnostic[]> => check(runbook, configured?.registry ?? builtIn, options);
  return {
    diagnostics: configured?.diagnostics ?? [],
    // Most files have nothing wrong: that is known without places, and the slow reader is not even loaded. Any finding is found again, with its place.
    find: async (text, file) => {
      const data = readQuickly(text);
      if (data !== undefined && (await checked(withoutPlaces(data, text, file))).length === 0) return [];
      const { runbook, diagnostics } = loadRunbook(text, file);
      return runbook === undefined ? diagnostics : [...diagnostics, ...(await checked(runbook))];
    },
  };
}

/** A file as findings name it: from here, when it lies below. */
export function shownName(directory: string, path: string): string {
  const name = relative(directory, path);
  return name.startsWith('..') ? path : name;
}

interface Configured {
  readonly config: Config;
  /** With the step types from outside that it names: their manifests are read, their code is not (T20). */
  readonly registry: Registry;
  readonly diagnostics: readonly Diagnostic[];
}

async function readConfig(path: string, directory: string): Promise<Configured> {
  const { loadConfig } = await import('../interpreter/config/config.ts');
  const { config, diagnostics } = await loadConfig({ path, directory });
  const { knownStepTypes } = await import('./step-types.ts');
  const known = await knownStepTypes(config.stepTypes);
  return { config, registry: known.registry, diagnostics: [...diagnostics, ...known.diagnostics] };
}
