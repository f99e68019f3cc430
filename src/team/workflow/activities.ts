/**
 * How the activities of workers are called from a workflow: once each, and lost when their worker is silent. None is a local one: a query that comes while a
 * local activity runs ends the task of the workflow early, and the SDK replays such a task with other times than it ran with, so that a record would
 * change after somebody has read it.
 */
import * as temporal from '@temporalio/workflow';
import type { Ms } from '../../interpreter/core/model/value.ts';
import type { Activities } from '../protocol.ts';
import { hostQueue, workerLeft } from '../protocol.ts';
import type { Run } from './run-state.ts';

/** No limit of its own: the worker ends an attempt at its deadline, and a lost worker is told by its silence. A year, ms. */
const noLimit: Ms = 365 * 24 * 3_600_000;
/** More than a worker waits for survivors before it ends them, ms. */
const survivorsLimit: Ms = 20_000;

const once = { maximumAttempts: 1 } as const;

/** A worker that is lost each time is lost by what it does. */
const mostWorkers = 5;

/** On any worker of a queue that takes it within `offer`. */
export const at = (run: Run, queue: string, offer: Ms = noLimit): Activities =>
  temporal.proxyActivities<Activities>({
    taskQueue: queue,
    scheduleToStartTimeout: offer,
    startToCloseTimeout: noLimit,
    heartbeatTimeout: run.order.limits.heartbeatMs,
    retry: once,
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  });

/** On a worker of one host, when one answers in time. */
export const onHost = (run: Run, host: string): Activities =>
  temporal.proxyActivities<Activities>({
    taskQueue: hostQueue(run.order.queue, host),
    scheduleToStartTimeout: run.order.limits.hostMs,
    startToCloseTimeout: survivorsLimit,
    // The one that takes it may be the very worker that is frozen: it is asked of another one as soon as that is known.
    heartbeatTimeout: run.order.limits.heartbeatMs,
    retry: { maximumAttempts: 5, initialInterval: 100, maximumInterval: 1000 },
  });

/** For what changes nothing, or the same when it is done again: begun again when its worker was lost or told to stop. */
export async function begunAgain<T>(call: () => Promise<T>): Promise<T> {
  for (let workers = 1; ; workers += 1)
    try {
      return await call();
    } catch (problem) {
      if (workers === mostWorkers || !isLeft(problem)) throw problem;
    }
}

function isLeft(problem: unknown): boolean {
  if (!(problem instanceof temporal.ActivityFailure)) return false;
  const { cause } = problem;
  return cause instanceof temporal.TimeoutFailure || (cause instanceof temporal.ApplicationFailure && cause.type === workerLeft);
}
