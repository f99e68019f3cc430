/** One act in a running run, through the socket of its engine. */
import type { State } from '../interpreter/core/model/state.ts';
import type { Actor } from '../interpreter/core/model/value.ts';
import type { ActReply, Connection } from '../interpreter/link/connect.ts';
import { connect, LinkError } from '../interpreter/link/connect.ts';
import type { Act } from '../interpreter/link/protocol.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { usage } from '../console/exit-codes.ts';
import type { StoredRun } from './load-run.ts';
import { readStored } from './load-run.ts';
import { noLink } from './viewer.ts';

export type Running = StoredRun & { readonly directory: RunDirectory };

/** `make`: the act, from the run as it is once the engine can be spoken to. Throws CommandError (2) when the run has finished or no engine answers. */
export async function actIn(directory: RunDirectory, actor: Actor, make: (running: Running) => Act): Promise<ActReply> {
  refuseFinished(directory.id, readStored(directory).state);
  const connection = await linkTo(directory, actor);
  try {
    return await connection.act(make({ directory, ...readStored(directory) }));
  } finally {
    connection.close();
  }
}

/** Asked again when the engine cannot be reached: it may have ended the run between the two. */
function refuseFinished(run: string, state: State): void {
  if (state.phase === 'finished')
    throw usage(`run ${run} has finished: ${state.outcome ?? ''}`, `\`runbook report ${run}\` is its record`);
}

function linkTo(directory: RunDirectory, actor: Actor): Promise<Connection> {
  return connect({ directory: directory.path, run: directory.id, actor, mode: 'command' }).catch((problem: unknown) => {
    if (!(problem instanceof LinkError)) throw problem;
    refuseFinished(directory.id, readStored(directory).state);
    throw noLink(problem);
  });
}
