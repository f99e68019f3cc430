/** One command, performed on a replica: with notes on their way, and its files at the end. */
import type { Decision, Observation } from '../../interpreter/core/model/event.ts';
import { performOne } from '../../interpreter/engine/perform.ts';
import type { WorkDone, Performing } from '../protocol.ts';
import { names, workerLeft, workflowId } from '../protocol.ts';
import { changedSince, snapshotOf } from './files.ts';
import { createNotes } from './notes.ts';
import type { Here, Worker } from './replicas.ts';
import type { Signs } from './signs.ts';

export async function performHere(
  worker: Worker,
  { replica, locks }: Here,
  { work, catching, t }: Performing,
  signs: Signs,
): Promise<WorkDone> {
  replica.set(t);
  const before = snapshotOf(replica.directory.path);
  const held = new Set(locks);
  const handle = worker.client.workflow.getHandle(workflowId(catching.run));
  const notes = createNotes((some) => handle.signal(names.noted, some));
  const leave = replica.hear(work.key, (event: Observation | Decision) => {
    notes.take(event as Observation);
  });
  try {
    const event = await performOne(replica.engine, work, { signal: signs.signal, force: signs.signal });
    if (signs.isLeaving() && work.do !== 'attempt') throw leaving();
    return {
      events: [...(await notes.end()), signs.isLeaving() ? asLost(event) : event],
      files: changedSince(replica.directory.path, before),
      locks: [...locks].filter((name) => !held.has(name)),
    };
  } finally {
    leave();
  }
}

/** Another worker begins it again. */
const leaving = (): Error => Object.assign(new Error('the worker was told to stop'), { name: workerLeft });

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
