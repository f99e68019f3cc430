/** `runbook resume`: goes on with an interrupted run from its own stored plan; what was in flight is probed, repeated if repeatable, or asked. */
import { actorOf } from './actor.ts';
import { bindingsOf } from './bindings.ts';
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
  const { environment, roles } = await bindingsOf(plan, directory.origin(), options.config);
  return operate({
    plan,
    environment,
    roles,
    directory,
    root: stateRoot(),
    actor: actorOf(options.operator),
    baseDirectory: directory.origin().directory,
    resume: true,
    options,
  });
}
