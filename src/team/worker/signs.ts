/** Signs of life of a performance, and the signal by which it ends: cancelled, its worker told to stop, or its worker frozen for too long. */
import type { Sign } from '../protocol.ts';
import type { ActivityContext } from '../sdk.ts';

export interface Signs {
  readonly signal: AbortSignal;
  /** The worker stops; the run does not. */
  isLeaving(): boolean;
  end(): void;
}

/**
 * A worker that was frozen for longer than it may be silent counts as lost: somebody else may have begun by the time it thaws. It finds that out by its
 * own clock and stops at once, before the server can tell it so.
 */
export function giveSigns(context: ActivityContext, sign: Sign): Signs {
  const stop = new AbortController();
  let isLeaving = false;
  context.cancelled.catch((why: unknown) => {
    isLeaving = why instanceof Error && /WORKER_SHUTDOWN/.test(why.message);
    stop.abort(new Error('cancelled'));
  });
  const silentMs = context.info.heartbeatTimeoutMs ?? 0;
  if (silentMs === 0) return { signal: stop.signal, isLeaving: () => isLeaving, end: () => undefined };
  // Before anything is done: whoever asks later knows which host it was.
  context.heartbeat(sign);
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - last > silentMs) stop.abort(new Error('this worker was frozen and counts as lost'));
    last = now;
    if (!stop.signal.aborted) context.heartbeat(sign);
  }, silentMs / 5);
  return {
    signal: stop.signal,
    isLeaving: () => isLeaving,
    end: () => {
      clearInterval(timer);
    },
  };
}
