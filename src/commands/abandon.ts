/** `runbook abandon`: closes an interrupted run for good; recorded with who and why, outcome `abandoned`. */
import { abandonRun } from '../interpreter/engine/abandon.ts';
import { actorOf } from '../console/actor.ts';
import { exitCodes, usage } from '../console/exit-codes.ts';
import { openNamedRun } from '../session/open-run.ts';
import { stateRoot } from '../console/state-root.ts';
import { readStored } from '../session/load-run.ts';
import { print } from '../console/terminal.ts';
import { listRuns } from '../interpreter/store/run-directory.ts';

export async function abandon(name: string, options: { readonly reason: string }): Promise<number> {
  const directory = await openNamedRun(name);
  const listed = (await listRuns(stateRoot())).find((one) => one.run === directory.id);
  if (listed?.state === 'running' || listed?.state === 'waiting')
    throw usage(`run ${directory.id} is alive`, 'stop its process first');
  const { plan, state } = readStored(directory);
  if (state.phase === 'finished')
    throw usage(
      `run ${directory.id} has finished: ${state.outcome ?? ''}`,
      `only an interrupted run can be abandoned; \`runbook report ${directory.id}\` is its record`,
    );
  await abandonRun({ directory, plan, actor: actorOf({}), reason: options.reason });
  await print(`run ${directory.id}: abandoned`);
  return exitCodes.succeeded;
}
