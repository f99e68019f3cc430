/** The one timer of the loop: set to the moment at which `decide` wants to be asked again. */
import type { Ms } from '../core/model/value.ts';
import type { Clock } from './clock.ts';

export interface Alarm {
  /** Run clock; undefined: nothing depends on time. The same moment again keeps the timer that is in force. */
  set(at: Ms | undefined): void;
  /** A timer is in force and will ring. */
  armed(): boolean;
}

/**
 * A timer may fire up to a millisecond before its time, and so could ask too early and be told the same moment again. The alarm therefore rings
 * at or after its moment, never before, and once it has rung it is not in force any more: the same moment sets it anew.
 */
export function createAlarm(clock: Clock, now: () => Ms, ring: () => void): Alarm {
  let armed: { readonly at: Ms; readonly stop: AbortController } | undefined;
  const wait = async (at: Ms, stop: AbortController): Promise<void> => {
    do await clock.sleep(Math.max(1, Math.ceil(at - now())), stop.signal);
    while (!stop.signal.aborted && now() < at);
    if (stop.signal.aborted) return;
    armed = undefined;
    ring();
  };
  return {
    set: (at) => {
      if (at !== undefined && at === armed?.at) return;
      armed?.stop.abort();
      armed = undefined;
      if (at === undefined) return;
      armed = { at, stop: new AbortController() };
      void wait(at, armed.stop);
    },
    armed: () => armed !== undefined,
  };
}
