import type { FaultClass, Ms, Verdict } from './value.ts';

/**
 * One policy for everything that waits: `until for every timeout abortWhen onNoData`, doneWhen's `within`, flag waits.
 * All times are of the run clock.
 */
export interface ObservePolicy {
  readonly every: Ms;
  /** How long the condition must hold without a break; 0 = once. */
  readonly hold: Ms;
  /** Absolute moment at which the wait has failed; 0 = never. */
  readonly until: Ms;
  readonly onNoData: 'fail' | 'wait' | 'zero' | 'absent';
}

export interface Sample {
  readonly t: Ms;
  readonly holds: Verdict;
  /** abortWhen of the same reading. */
  readonly abort?: Verdict;
  /** Class of the fault when `holds` is `error`: a wait reads a refused connection or a timeout as "not yet" (L4). */
  readonly fault?: FaultClass;
}

export interface WaitState {
  readonly samples: number;
  /** Since when the condition has held without a break. */
  readonly holdingSince?: Ms;
  /** When to read next; meaningless once `end` is set. */
  readonly next: Ms;
  readonly last?: Verdict;
  readonly end?: 'held' | 'timeout' | 'aborted' | 'error' | 'noData';
}

/** The first reading is at once; hold time starts again after a resume, because a new wait starts here. */
export function startWait(t: Ms): WaitState {
  return { samples: 0, next: t };
}

/** The state of a wait after one more reading. An ended wait stays ended. */
export function observe(policy: ObservePolicy, wait: WaitState, sample: Sample): WaitState {
  if (wait.end !== undefined) return wait;
  const seen = { samples: wait.samples + 1, last: sample.holds, next: nextReading(policy, sample.t) };
  if (sample.abort === 'true') return { ...seen, end: 'aborted' };
  if (sample.abort === 'error') return { ...seen, end: 'error' };
  if (sample.holds === 'error' && !notYet(sample.fault)) return { ...seen, end: 'error' };
  if (sample.holds === 'noData' && policy.onNoData !== 'wait') return { ...seen, end: 'noData' };
  if (sample.holds !== 'true') return { ...seen, ...expired(policy, sample.t) };
  const holdingSince = wait.holdingSince ?? sample.t;
  if (sample.t - holdingSince >= policy.hold) return { ...seen, holdingSince, end: 'held' };
  return { ...seen, holdingSince, ...expired(policy, sample.t) };
}

/** Called when the deadline passes between two readings. */
export function expire(policy: ObservePolicy, wait: WaitState, t: Ms): WaitState {
  return wait.end === undefined ? { ...wait, ...expired(policy, t) } : wait;
}

function notYet(fault: FaultClass | undefined): boolean {
  return fault === 'connection' || fault === 'timeout';
}

function expired(policy: ObservePolicy, t: Ms): { end?: 'timeout' } {
  return policy.until > 0 && t >= policy.until ? { end: 'timeout' } : {};
}

function nextReading(policy: ObservePolicy, t: Ms): Ms {
  const next = t + Math.max(1, policy.every);
  return policy.until > 0 ? Math.min(next, policy.until) : next;
}
