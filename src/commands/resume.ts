/** `runbook resume`: continues with an interrupted run from its own stored plan; what was in flight is probed, repeated if repeatable, or asked. */
import { concludeFinished, operate } from '../session/execute.ts';
import type { ResumeOptions } from '../session/interrupted-run.ts';
import { interruptedRun } from '../session/interrupted-run.ts';
import { openNamedRun } from '../session/open-run.ts';

export async function resume(name: string, options: ResumeOptions): Promise<number> {
  const directory = await openNamedRun(name);
  const operation = await interruptedRun(directory, options);
  return operation === undefined ? concludeFinished(directory, options) : operate({ ...operation, options });
}
