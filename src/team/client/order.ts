/** From a run that can begin to the order of its workflow. Secrets stay here: workers open their own. */
import { randomBytes } from 'node:crypto';
import { usage } from '../../console/exit-codes.ts';
import { actorOfUser } from '../../interpreter/link/account.ts';
import { asked } from '../../interpreter/plan/secret-inputs.ts';
import { newRunId } from '../../interpreter/store/run-directory.ts';
import type { NewRun } from '../../session/new-run.ts';
import type { TeamLimits, TeamOrder } from '../protocol.ts';

export interface Ordering {
  readonly queue: string;
  readonly limits: TeamLimits;
}

/** Throws CommandError for what only a person at a terminal could give. */
export function orderOf(run: NewRun, { queue, limits }: Ordering): TeamOrder {
  const { plan, source, origin, roles, config, answers, environment } = run;
  const toAsk = Object.entries(plan.secretInputs ?? {}).flatMap(([name, from]) => (from === asked ? [name] : []));
  if (toAsk.length > 0)
    throw usage(
      `a run of a team cannot ask for the secret input ${toAsk.join(', ')}: it would pass through the server`,
      'name where each worker finds it: -i NAME=env:VARIABLE or -i NAME=file:PATH',
    );
  return {
    run: newRunId(),
    plan,
    source,
    origin,
    actor: actorOfUser(run.actor, process.getuid?.(), environment),
    roles,
    config,
    answers,
    seed: randomBytes(8).toString('hex'),
    queue,
    zones: environment.zones ?? {},
    limits,
  };
}
