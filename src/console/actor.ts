import type { Actor } from '../interpreter/core/model/value.ts';
import { actorOfUser } from '../interpreter/link/account.ts';
import { usage } from './exit-codes.ts';

/** Who acts, as far as the command line says. */
export interface ActorOptions {
  readonly operator?: string;
  readonly actorKind?: string;
  readonly onBehalfOf?: string;
}

const kinds = ['person', 'agent', 'schedule', 'webhook'] as const;

/** Who is at the keyboard: the name of the uid (not of a variable, T24); a name given by --operator is only claimed. */
export function actorOf(options: ActorOptions): Actor {
  const around = process.env['RUNBOOK_ACTOR_KIND'] ?? '';
  const given = options.actorKind ?? around;
  // Whoever set the variable said that no person acts here; a command line that an agent writes does not take it back.
  if (given === 'person' && around !== '' && around !== 'person')
    throw usage(
      `--actor-kind person contradicts RUNBOOK_ACTOR_KIND=${around}`,
      'a person calls runbook from a terminal of their own',
    );
  const kind = kinds.find((one) => one === given);
  if (given !== '' && kind === undefined) throw usage(`the kind of actor "${given}" is unknown`, `one of ${kinds.join(', ')}`);
  const behalf = options.onBehalfOf ?? process.env['RUNBOOK_ON_BEHALF_OF'] ?? '';
  if (kind === 'agent' && behalf === '')
    throw usage('an agent acts for somebody', 'name the person with --on-behalf-of NAME, or in RUNBOOK_ON_BEHALF_OF');
  const { operator } = options;
  return actorOfUser(
    {
      name: operator ?? 'unknown',
      auth: operator === undefined ? 'uid' : 'claimed',
      ...(kind === undefined ? {} : { kind }),
      ...(behalf === '' ? {} : { onBehalfOf: behalf }),
    },
    process.getuid?.(),
  );
}
