/** Guards beside the run. An attempt that fails means: tripped; one that is cancelled or ends well: never tripped. */
import type { Decision } from '../model/event.ts';
import { workIsOver } from './phases.ts';
import type { Plan } from '../model/plan.ts';
import type { State } from '../model/state.ts';

export function watchDue(plan: Plan, state: Readonly<State>): Decision | undefined {
  if (workIsOver(plan, state)) return undefined;
  for (const key in state.watches) {
    if (state.watches[key] === 'due') return { type: 'step.started', key, node: key, lane: 'watch' };
  }
  return undefined;
}
