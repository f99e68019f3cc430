/** How the activities of workers are called from a workflow: once each, and lost when their worker is silent. */
import * as temporal from '@temporalio/workflow';
import type { Ms } from '../../interpreter/core/model/value.ts';
import type { Activities } from '../protocol.ts';
import { hostQueue } from '../protocol.ts';
import type { Run } from './run-state.ts';

/** No limit of its own: the worker ends an attempt at its deadline, and a lost worker is told by its silence. A year, ms. */
const noLimit: Ms = 365 * 24 * 3_600_000;
/** Reads beside the run: more than the longest probe may take, ms. */
const localLimit: Ms = 3_600_000;
/** More than a worker waits for survivors before it ends them, ms. */
const survivorsLimit: Ms = 20_000;

const once = { maximumAttempts: 1 } as const;

/** On the worker of the workflow itself, without a task of their own: nothing of their arguments is kept. */
export const onThisWorker = (): Activities =>
  temporal.proxyLocalActivities<Activities>({ startToCloseTimeout: localLimit, retry: once });

/** On any worker of a queue that takes it within `offer`. */
export const at = (run: Run, queue: string, offer: Ms): Activities =>
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
    retry: { maximumAttempts: 3 },
  });
