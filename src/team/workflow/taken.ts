/** Which workers a step is offered to, and what a run says as long as none of them takes it: it never waits in silence. */
import * as temporal from '@temporalio/workflow';
import type { Key, Ms } from '../../interpreter/core/model/value.ts';
import type { Activities } from '../protocol.ts';
import { zoneOf, zoneQueue } from '../protocol.ts';
import { at } from './activities.ts';
import type { Run } from './run-state.ts';
import { append } from './run-state.ts';

/** Each time the step is offered again it is offered for so many times as long, up to this, so that a long wait does not fill the history. */
const growth = 10;
const longestOffer: Ms = 3_600_000;

/** The server has told that nobody began it, so it is offered again at no harm. */
export async function whenTaken<T>(run: Run, key: Key, call: (offered: Activities) => Promise<T>): Promise<T> {
  const queue = queueOf(run, key);
  let offer = run.order.limits.untakenMs;
  for (;;) {
    try {
      return await call(at(run, queue, offer));
    } catch (problem) {
      if (!isUntaken(problem)) throw problem;
    }
    if (offer === run.order.limits.untakenMs) sayUntaken(run, key, offer);
    offer = Math.min(longestOffer, offer * growth);
  }
}

function isUntaken(problem: unknown): boolean {
  const cause = problem instanceof temporal.ActivityFailure ? problem.cause : undefined;
  return cause instanceof temporal.TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START';
}

function sayUntaken(run: Run, key: Key, waited: Ms): void {
  const zone = zoneOfStep(run, key);
  const long = `for ${String(Math.round(waited / 1000))}s`;
  const message =
    zone === undefined
      ? `no worker has taken this step ${long}: all of them are busy or gone; it is performed as soon as one takes it`
      : `no worker of the zone ${zone} has taken this step ${long}; start one: runbook worker --zone ${zone}`;
  const n = run.state.instances[key]?.n ?? 0;
  append(run, { type: 'attempt.noted', key, n, note: 'warning', data: { code: 'no-worker', message } });
}

function zoneOfStep({ order, state }: Run, key: Key): string | undefined {
  const node = order.plan.nodes[state.instances[key]?.node ?? -1];
  return zoneOf(order.zones, node?.target);
}

/** Where the target of a step is reached from; what has none, or no zone, is performed where the run is. */
export function queueOf(run: Run, key: Key): string {
  const zone = zoneOfStep(run, key);
  return zone === undefined ? run.order.queue : zoneQueue(run.order.queue, zone);
}
