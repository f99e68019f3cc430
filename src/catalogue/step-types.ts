/** The step types of a command: the built-in ones, and those from outside that its configuration names. */
import { join } from 'node:path';
import type { ConfigDiagnostic } from '../interpreter/config/diagnostics.ts';
import type { OutsideStepType } from '../interpreter/packages/step-types.ts';
import type { StepTypeEntry } from '../interpreter/config/config.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { Registry } from '../interpreter/port/registry.ts';
import { extendRegistry } from '../interpreter/port/registry.ts';
import { registry } from '../steps/index.ts';
import { CommandError, exitCodes, usage } from '../console/exit-codes.ts';
import { stateRoot } from '../console/state-root.ts';

export interface KnownStepTypes {
  readonly registry: Registry;
  readonly outside: readonly OutsideStepType[];
  /** One for each entry whose package is not there, does not match or is not a step type; that type is then unknown. */
  readonly diagnostics: readonly ConfigDiagnostic[];
}

/** Reads packages only when there are any; loads no code of theirs. */
export async function knownStepTypes(entries: readonly StepTypeEntry[] | undefined): Promise<KnownStepTypes> {
  if (entries === undefined || entries.length === 0) return { registry, outside: [], diagnostics: [] };
  const { loadStepTypes } = await import('../interpreter/packages/step-types.ts');
  const { types, diagnostics } = loadStepTypes(entries, { builtIn: registry, copies: join(stateRoot(), 'step-types') });
  return { registry: extendRegistry(registry, types), outside: types, diagnostics };
}

/** Entries that a document may use: a package that it does not name cannot stop it, whatever is wrong with that package. */
export function entriesUsed(data: unknown, entries: readonly StepTypeEntry[] | undefined): readonly StepTypeEntry[] {
  if (entries === undefined) return [];
  const types = new Set<unknown>();
  const walk = (at: unknown): void => {
    if (at === null || typeof at !== 'object') return;
    if (!Array.isArray(at)) types.add((at as Readonly<Record<string, unknown>>)['type']);
    for (const member of Object.values(at)) walk(member);
  };
  walk(data);
  return entries.filter(({ type }) => types.has(type));
}

/** For performing a plan: its step types from outside are the recorded ones, byte for byte, or the command is refused. */
export async function registryFor(plan: Plan, entries: readonly StepTypeEntry[] | undefined): Promise<Registry> {
  const recorded = Object.entries(plan.stepTypes ?? {});
  if (recorded.length === 0) return registry;
  const known = await knownStepTypes((entries ?? []).filter(({ type }) => plan.stepTypes?.[type] !== undefined));
  for (const [type, wanted] of recorded) {
    const found = known.registry.get(type)?.origin;
    if (found?.hash === wanted.hash) continue;
    const was = `${wanted.package} ${wanted.version} (${wanted.hash})`;
    const why = known.diagnostics.find(({ message }) => message.startsWith(`step type "${type}"`))?.message;
    const is =
      found === undefined
        ? (why ?? `the configuration names no step type "${type}"`)
        : `${found.package} ${found.version} (${found.hash}) is there now`;
    throw usage(
      `this run was planned with the step type "${type}" of ${was}; ${is}`,
      'put the recorded package and its hash back; a run is never continued with other code',
    );
  }
  return known.registry;
}

/** A configuration whose packages are wrong ends the command. */
export function refuseDiagnostics(diagnostics: readonly ConfigDiagnostic[]): void {
  const first = diagnostics[0];
  if (first === undefined) return;
  throw new CommandError({
    exitCode: exitCodes.invalidDocument,
    message: diagnostics.map((one) => `${one.file}:${String(one.line)}: ${one.message}`).join('\nrunbook: '),
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  });
}
