import { loadRunbook } from '../interpreter/document/load.ts';
import { typeInputs } from '../interpreter/plan/inputs.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import type { TypedInput } from '../ui/picture.ts';

/** The run's own copy of the runbook declares its inputs. */
export function typeInput(directory: RunDirectory, name: string, text: string): TypedInput {
  const declared = loadRunbook(directory.source(), 'runbook.yaml').runbook?.data['inputs'];
  const declaration =
    declared !== null && typeof declared === 'object' && !Array.isArray(declared)
      ? (declared as Readonly<Record<string, unknown>>)[name]
      : undefined;
  if (declaration === undefined) return { ok: false, message: `the runbook has no input "${name}"` };
  const typed = typeInputs({ [name]: declaration as never }, { [name]: text });
  const problem = typed.problems[0];
  const value = typed.values[name];
  return problem === undefined && value !== undefined
    ? { ok: true, value: value.json ?? null }
    : { ok: false, message: problem?.message ?? 'is no value' };
}
