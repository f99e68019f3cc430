/** Liveness: an unfinished run always waits for something that will come. Asked each time before the loop goes to sleep. */
import type { State } from '../model/state.ts';

export interface Awaited {
  /** Attempts, probes, captures and resolving that are under way. */
  readonly performing: boolean;
  /** A timer is set. */
  readonly alarm: boolean;
}

/** True when nothing would ever wake the run again: no work, no timer, no question, and no operator who holds it. */
export function standsStill(state: Readonly<State>, awaited: Awaited): boolean {
  if (state.run === '' || state.phase === 'finished') return false;
  if (awaited.performing || awaited.alarm || state.paused || state.stepMode) return false;
  for (const _ in state.questions) return false;
  return true;
}
