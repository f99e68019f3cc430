/** `runbook resume`: goes on with an interrupted run from its own stored plan; what was in flight is probed, repeated if repeatable, or asked. */
import { loadConfig, selectEnvironment } from '../interpreter/config/config.ts';
import type { Environment } from '../interpreter/config/config.ts';
import type { Roles } from '../interpreter/engine/approval.ts';
import { actorOf } from './actor.ts';
import { usage } from './exit.ts';
import { openNamedRun } from './open-run.ts';
import { operate } from './operate.ts';
import type { AnswerOptions } from './options.ts';
import { stateRoot } from './state-root.ts';
import { readStored } from './stored.ts';

export async function resume(name: string, options: AnswerOptions & { readonly config?: string }): Promise<number> {
  const directory = await openNamedRun(name);
  const { plan, state } = readStored(directory);
  if (state.phase === 'finished')
    throw usage(`run ${directory.id} has finished: ${state.outcome ?? ''}`, '`runbook undo` can take its changes back');
  return operate({
    plan,
    ...(await placeNamed(plan.environment.name, options.config)),
    directory,
    root: stateRoot(),
    actor: actorOf(options.operator),
    baseDirectory: directory.baseDirectory(),
    resume: true,
    options,
  });
}

/** The environment that the run was started in, from today's configuration: secrets and addresses are never stored. */
export async function placeNamed(
  name: string,
  path: string | undefined,
): Promise<{ readonly environment: Environment; readonly roles: Roles }> {
  const { config } = await loadConfig({ directory: process.cwd(), ...(path === undefined ? {} : { path }) });
  const chosen = selectEnvironment(config, Object.keys(config.environments).length === 0 ? undefined : name);
  if (!chosen.ok) throw usage(chosen.message, chosen.hint);
  return { environment: chosen.environment, roles: config.roles };
}
