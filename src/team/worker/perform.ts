/** One command, performed on a replica: with signs of life, notes on their way, and its files at the end. */
import type { Decision, Observation } from '../../interpreter/core/model/event.ts';
import { performOne } from '../../interpreter/engine/perform.ts';
import type { WorkDone, Performing } from '../protocol.ts';
import { names, workflowId } from '../protocol.ts';
import type { ActivityContext } from '../sdk.ts';
import { changedSince, snapshotOf } from './files.ts';
import { createNotes } from './notes.ts';
import type { Here, Worker } from './replicas.ts';
import { giveSigns } from './signs.ts';

export async function performHere(
  worker: Worker,
  { replica, locks }: Here,
  { work, catching, t, heartbeatMs }: Performing,
  context: ActivityContext,
): Promise<WorkDone> {
  replica.set(t);
  const before = snapshotOf(replica.directory.path);
  const held = new Set(locks);
  const handle = worker.client.workflow.getHandle(workflowId(catching.run));
  const isLocal = context.info.isLocal;
  const notes = createNotes(isLocal ? undefined : (some) => handle.signal(names.noted, some));
  const leave = replica.hear(work.key, (event: Observation | Decision) => {
    notes.take(event as Observation);
  });
  const signs = giveSigns(context, isLocal ? undefined : { host: worker.host, heartbeatMs });
  try {
    const event = await performOne(replica.engine, work, { signal: signs.signal, force: signs.signal });
    return {
      is: 'performed',
      events: [...(await notes.end()), signs.isLeaving() ? asLost(event) : event],
      files: changedSince(replica.directory.path, before),
      locks: [...locks].filter((name) => !held.has(name)),
    };
  } finally {
    signs.end();
    leave();
  }
}

/** Cut off because the worker was told to stop, and not the step: what it did is in doubt, and nothing of it runs any more. */
function asLost(event: Observation): Observation {
  if (event.type !== 'attempt.finished' || (event.outcome.is !== 'cancelled' && event.outcome.is !== 'unknown')) return event;
  const message = 'The worker was stopped while the step was running: nobody knows whether it took effect.';
  return {
    ...event,
    outcome: { ...event.outcome, is: 'unknown', fault: { class: 'unknown', code: 'worker-stopped', message } },
    lost: 'ended',
  };
}
