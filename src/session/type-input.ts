import type { Json } from '../interpreter/core/model/value.ts';
import { loadRunbook } from '../interpreter/document/load.ts';
import { isMapping } from '../interpreter/document/steps.ts';
import { typeInputs } from '../interpreter/plan/inputs.ts';
import { isSecretInput } from '../interpreter/plan/secret-inputs.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import type { TypedInput } from '../interpreter/link/protocol.ts';

/** A value for an input of a run, typed by the run's own copy of the runbook. */
export const typeInput = (directory: RunDirectory, name: string, given: Json): TypedInput =>
  typedAs(declaredInputs(directory), name, given);

/** `inputs` of the run's own copy of the runbook. */
export const declaredInputs = (directory: RunDirectory): Json | undefined =>
  loadRunbook(directory.source(), 'runbook.yaml').runbook?.data['inputs'];

/** A value for an input, typed as `inputs` declares it. */
export function typedAs(declared: Json | undefined, name: string, given: Json): TypedInput {
  const declaration =
    declared !== null && typeof declared === 'object' && !Array.isArray(declared) && Object.hasOwn(declared, name)
      ? (declared as Readonly<Record<string, Json>>)[name]
      : undefined;
  if (declaration === undefined) return { ok: false, message: `the runbook has no input "${name}"` };
  if (isMapping(declaration) && isSecretInput(declaration))
    return { ok: false, message: `the input "${name}" is a secret and cannot be changed: a change would be in the record` };
  const typed = typeInputs({ [name]: declaration }, { [name]: given });
  const problem = typed.problems[0];
  const value = typed.values[name];
  return problem === undefined && value !== undefined
    ? { ok: true, value: value.json ?? null }
    : { ok: false, message: `${problem?.message ?? 'is not a value'}${problem?.hint === undefined ? '' : ` (${problem.hint})`}` };
}
