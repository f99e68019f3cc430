/**
 * What becomes of work that did not come back. A lost worker is what a lost engine is: of an effect nobody knows whether it happened, so the core asks
 * the world, then people. Before anything is repeated, the host of that worker is asked whether its children still run.
 */
import * as temporal from '@temporalio/workflow';
import type { Observation } from '../../interpreter/core/model/event.ts';
import type { Fault } from '../../interpreter/core/model/value.ts';
import type { Sign, Work } from '../protocol.ts';
import { onHost } from './activities.ts';
import type { Run } from './run-state.ts';

export async function endOfBroken(run: Run, work: Work, problem: unknown): Promise<readonly Observation[]> {
  const cause = problem instanceof Error ? (problem.cause ?? problem) : problem;
  switch (work.do) {
    case 'resolve':
      return [{ type: 'step.resolved', key: work.key, when: 'error', fault: internal(cause) }];
    case 'probe':
      return [{ type: 'probe.finished', key: work.key, when: work.when, holds: 'error', fault: internal(cause) }];
    case 'capture':
      return [{ type: 'undo.captured', key: work.key, fault: internal(cause) }];
    case 'attempt':
      return endOfAttempt(run, work, cause);
  }
}

async function endOfAttempt(
  run: Run,
  { key, n, role }: Extract<Work, { do: 'attempt' }>,
  cause: unknown,
): Promise<readonly Observation[]> {
  const base = { type: 'attempt.finished', key, n, role } as const;
  if (cause === 'abandoned') {
    const fault: Fault = { class: 'timeout', code: 'abandoned', message: 'the step ignored cancellation and was abandoned' };
    return [{ ...base, outcome: { is: 'unknown', fault } }];
  }
  if (cause instanceof temporal.CancelledFailure)
    return [{ ...base, outcome: { is: 'cancelled', fault: { class: 'cancelled', code: 'cancelled', message: 'cancelled' } } }];
  if (!(cause instanceof temporal.TimeoutFailure)) return [{ ...base, outcome: { is: 'unknown', fault: internal(cause) } }];
  const { host } = (cause.lastHeartbeatDetails ?? {}) as Partial<Sign>;
  const survivors = host === undefined ? undefined : await survivorsOn(run, host, key, n);
  const where = host === undefined ? '' : ` on ${host}`;
  const rest = survivors === undefined ? '; its processes may still run there' : '';
  const message = `The worker${where} was lost while the step was running: nobody knows whether it took effect${rest}.`;
  const lost = survivors === undefined ? 'perhaps' : 'ended';
  return [
    ...(survivors ?? []),
    { ...base, outcome: { is: 'unknown', fault: { class: 'unknown', code: 'worker-lost', message } }, lost },
  ];
}

/** Undefined: no worker of that host answers. */
async function survivorsOn(run: Run, host: string, key: string, n: number): Promise<readonly Observation[] | undefined> {
  try {
    return await onHost(run, host).survivors(run.order.run, key, n);
  } catch {
    return undefined;
  }
}

const internal = (cause: unknown): Fault => ({
  class: 'plugin',
  code: 'internal',
  message: cause instanceof Error ? cause.message : String(cause),
});
