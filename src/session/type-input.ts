import type { Json } from '../interpreter/core/model/value.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { typeInputs } from '../interpreter/plan/inputs.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import type { TypedInput } from '../ui/view.ts';

/** Text for an input of a run, by the run's own copy of the runbook. */
export const typeInput = (directory: RunDirectory, name: string, text: string): TypedInput =>
  typedAs(loadRunbook(directory.source(), 'runbook.yaml').runbook?.data['inputs'], name, text);

/** Text for an input, as `inputs` declares it. */
export function typedAs(declared: Json | undefined, name: string, text: string): TypedInput {
  const declaration =
    declared !== null && typeof declared === 'object' && !Array.isArray(declared)
      ? (declared as Readonly<Record<string, Json>>)[name]
      : undefined;
  if (declaration === undefined) return { ok: false, message: `the runbook has no input "${name}"` };
  const typed = typeInputs({ [name]: declaration }, { [name]: text });
  const problem = typed.problems[0];
  const value = typed.values[name];
  return problem === undefined && value !== undefined
    ? { ok: true, value: value.json ?? null }
    : { ok: false, message: `${problem?.message ?? 'is no value'}${problem?.hint === undefined ? '' : ` (${problem.hint})`}` };
}
