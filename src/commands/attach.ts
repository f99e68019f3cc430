/** `runbook attach [RUN]`: the same picture of a running run, from any terminal of this user. */
import { actorOf } from '../console/actor.ts';
import { usage } from '../console/exit-codes.ts';
import { openNamedRun } from '../session/open-run.ts';
import { stateRoot } from '../console/state-root.ts';
import { readStored } from '../session/load-run.ts';
import { outputForm } from '../console/terminal.ts';
import { viewRun } from '../session/viewer.ts';
import { listRuns } from '../interpreter/store/run-directory.ts';

export interface AttachOptions {
  readonly watch?: boolean;
  readonly operator?: string;
  readonly actorKind?: string;
  readonly onBehalfOf?: string;
  readonly output?: string;
}

export async function attach(name: string | undefined, options: AttachOptions): Promise<number> {
  const directory = await openNamedRun(name ?? (await onlyRunning()));
  const { plan, state } = readStored(directory);
  if (state.phase === 'finished')
    throw usage(`run ${directory.id} has finished: ${state.outcome ?? ''}`, `\`runbook report ${directory.id}\` is its record`);
  const form = outputForm(options.output);
  if (form !== 'tui' && form !== 'plain')
    throw usage(
      `--output ${form}: attach knows tui and plain`,
      `\`runbook runs ${directory.id} -o json\` prints where the run is`,
    );
  return viewRun({
    directory,
    plan,
    actor: actorOf(options),
    mode: options.watch === true ? 'watch' : 'control',
    form,
    bound: false,
  });
}

/** Without a name: the one that runs. */
async function onlyRunning(): Promise<string> {
  const running = (await listRuns(stateRoot())).filter((one) => one.state === 'running' || one.state === 'waiting');
  const [only, another] = running;
  if (only === undefined) throw usage('no run is running', '`runbook runs` shows all');
  if (another !== undefined)
    throw usage(
      `${String(running.length)} runs are running: ${running.map((one) => `${one.run} (${one.runbook})`).join(', ')}`,
      `name one: \`runbook attach ${only.run}\``,
    );
  return only.run;
}
