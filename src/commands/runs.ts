/** `runbook runs [RUN]`: the runs of this machine; the state is derived from lock and journal each time, never stored. */
import { listRuns } from '../interpreter/store/run-directory.ts';
import { exitCodes, usage } from './exit.ts';
import type { OutputOption } from './options.ts';
import { stateRoot } from './state-root.ts';
import { print, printJson } from './terminal.ts';

export async function runs(name: string | undefined, options: OutputOption): Promise<number> {
  const all = await listRuns(stateRoot());
  const chosen = name === undefined ? all : all.filter((one) => one.run === name || one.run.startsWith(name));
  if (name !== undefined && chosen.length === 0) throw usage(`there is no run "${name}"`, '`runbook runs` shows all');
  if (options.output === 'json') await printJson(chosen);
  else {
    for (const one of chosen) {
      await print(
        `${one.run}  ${one.runbook.padEnd(24)} ${(one.outcome ?? one.state).padEnd(14)} ${one.startedAt}  ${one.operator}`,
      );
    }
  }
  return exitCodes.succeeded;
}
