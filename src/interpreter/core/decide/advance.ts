/** From section to section; each is a barrier. */
import type { Decision } from '../model/event.ts';
import { phaseOrder, wanted } from './phases.ts';
import { indexOf } from '../model/plan-index.ts';
import type { Plan } from '../model/plan.ts';
import { exitCodeOf } from '../model/outcome.ts';
import type { State } from '../model/state.ts';
import { decideUndoing } from './undoing.ts';
import { haltOf } from './halting.ts';
import { outcomeOf } from './stopping.ts';

export function advance(plan: Plan, state: Readonly<State>): Decision | undefined {
  if (!sectionIsOver(plan, state)) return undefined;
  if (state.settledAt !== undefined) return afterSettled(plan, state);
  // From the first on: an abort with undo during `finally` still undoes, and no section comes twice.
  const phase = phaseOrder.find((section) => wanted(plan, state, section));
  if (phase !== undefined) return { type: 'phase.entered', phase };
  return guardsAreOver(plan, state) ? { type: 'run.settled', outcome: outcomeOf(state) } : undefined;
}

function sectionIsOver(plan: Plan, state: Readonly<State>): boolean {
  if (state.left > 0) return false;
  if (state.phase !== 'undo' || state.undoing === undefined) return true;
  return decideUndoing(plan, state, state.undoing, haltOf(plan, state, 'undo', undefined)) === 'over';
}

function guardsAreOver(plan: Plan, state: Readonly<State>): boolean {
  for (const key in state.open) {
    const instance = state.instances[key];
    if (instance !== undefined && plan.nodes[instance.node]?.lane === 'watch') return false;
  }
  return true;
}

function afterSettled(plan: Plan, state: Readonly<State>): Decision | undefined {
  const outcome = state.outcome ?? outcomeOf(state);
  if (state.phase !== 'closing' && state.phase !== 'postmortem') return { type: 'phase.entered', phase: 'closing' };
  for (const _ in state.open) return undefined;
  if (state.messages.length > 0) return undefined;
  const asks =
    (indexOf(plan).roots.get('postmortem') ?? []).length > 0 && state.begun && !state.cutShort && plan.only === undefined;
  if (asks && state.phase === 'closing') return { type: 'phase.entered', phase: 'postmortem' };
  return { type: 'run.finished', outcome, exitCode: exitCodeOf(outcome) };
}
