/** Opens a stored run by its id or an unambiguous beginning of it. */
import { hasBegun, isRunId, listRuns, openRun } from '../interpreter/store/run-directory.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { usage } from '../console/exit-codes.ts';
import { stateRoot } from '../console/state-root.ts';

export async function openNamedRun(name: string, root: string = stateRoot()): Promise<RunDirectory> {
  // A whole id needs no look at all the others, whose records would be read.
  const whole = isRunId(name) ? openRun(root, name) : undefined;
  if (whole !== undefined && hasBegun(whole)) return whole;
  const all = await listRuns(root);
  const chosen = name === 'last' ? all.slice(-1) : all.filter((one) => one.run.startsWith(name));
  const only = chosen[0];
  if (only === undefined) throw usage(`there is no run "${name}"`, '`runbook runs` shows all');
  if (chosen.length > 1) throw usage(`"${name}" is the beginning of ${String(chosen.length)} runs`, 'give more of the id');
  return openRun(root, only.run);
}
