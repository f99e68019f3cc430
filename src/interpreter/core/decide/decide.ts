/**
 * `decide(plan, state) -> commands`. Looks at the open set and counters only, never at all instances. As long as there is something to
 * decide it returns exactly one `append`; the loop folds it and asks again. Only then come effects, probes, cancels and one wake.
 */
import type { Command } from '../model/command.ts';
import { commsDue } from './comms.ts';
import { decideInstance } from './decide-step.ts';
import type { Decision } from '../model/event.ts';
import { advance } from './advance.ts';
import type { Plan } from '../model/plan.ts';
import type { State } from '../model/state.ts';
import { startReady } from './start.ts';
import { decideStop } from './stopping.ts';
import { decideUndoing } from './undoing.ts';
import { haltOf } from './halting.ts';
import { watchDue } from './watch.ts';
import { wakeAt } from './wake.ts';

export function decide(plan: Plan, state: Readonly<State>): readonly Command[] {
  if (state.run === '' || state.phase === 'finished') return [];
  const decision = decideStop(plan, state) ?? commsDue(plan, state) ?? watchDue(plan, state);
  if (decision !== undefined) return append(decision);
  const commands: Command[] = [];
  for (const key in state.open) {
    const found = decideInstance(plan, state, key);
    const first = found.find((command) => command.do === 'append');
    if (first !== undefined) return [first];
    commands.push(...found);
  }
  const started = startReady(plan, state);
  if (started !== undefined) return append(started);
  if (state.phase === 'undo' && state.undoing !== undefined) {
    const found = decideUndoing(plan, state, state.undoing, haltOf(plan, state, 'undo', undefined));
    if (found !== 'over' && found.some((command) => command.do === 'append')) return found;
    if (found !== 'over') commands.push(...found);
  }
  const next = advance(plan, state);
  if (next !== undefined) return append(next);
  const at = wakeAt(plan, state);
  if (at !== undefined) commands.push({ do: 'wake', at });
  return commands;
}

function append(event: Decision): readonly Command[] {
  return [{ do: 'append', event }];
}
