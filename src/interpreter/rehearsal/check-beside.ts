/** What the checks of a rehearsal file and of a test file share: both stand beside a runbook and name its parts. */
import type { Json } from '../core/model/value.ts';
import type { FindRunbook } from '../check/calls.ts';
import type { Checked } from '../check/finding.ts';
import { createChecked } from '../check/finding.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { joined } from '../document/diagnostic.ts';
import type { Runbook } from '../document/load.ts';
import { loadRunbook } from '../document/load.ts';
import type { Mapping } from '../document/steps.ts';
import { isMapping } from '../document/steps.ts';
import type { Registry } from '../port/registry.ts';

/** A file beside a runbook, and what it is compared with. */
export interface Beside {
  readonly text: string;
  readonly file: string;
  /** The runbook, when it can be read. */
  readonly runbook: Runbook | undefined;
  readonly registry: Registry;
  /** Finds the runbooks that it calls. */
  readonly find: FindRunbook;
}

export interface BesideRules {
  /** Keys and values, by the schema of the file. */
  readonly shape: (checked: Checked) => void;
  /** Names of steps and inputs, which must be those of the runbook. */
  readonly names: (checked: Checked, runbook: Runbook, find: FindRunbook) => void;
}

/** The data is absent when there is an error. */
export function checkBeside(
  { text, file, runbook, registry, find }: Beside,
  rules: BesideRules,
): { readonly data?: Mapping; readonly findings: readonly Diagnostic[] } {
  const loaded = loadRunbook(text, file, { anyMapping: true });
  if (loaded.runbook === undefined) return { findings: loaded.diagnostics };
  const own: Diagnostic[] = [];
  const checked = createChecked({ runbook: loaded.runbook, registry, steps: [] }, own);
  rules.shape(checked);
  if (runbook !== undefined) rules.names(checked, runbook, find);
  const findings = joined(loaded.diagnostics, own);
  const isWrong = findings.some((one) => one.severity === 'error');
  return { ...(isWrong ? {} : { data: loaded.runbook.data }), findings };
}

/** Members of a mapping that are mappings themselves; others have their finding from the schema. */
export const mappingsIn = (json: Json | undefined): readonly (readonly [string, Mapping])[] =>
  Object.entries(isMapping(json) ? json : {}).flatMap(([name, one]) => (isMapping(one) ? [[name, one] as const] : []));
