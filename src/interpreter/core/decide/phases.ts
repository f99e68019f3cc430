import { indexOf } from '../model/plan-index.ts';
import type { Lane, Plan } from '../model/plan.ts';
import type { State } from '../model/state.ts';
import type { Phase } from '../model/status.ts';
import { undosLeft } from '../fold/undos.ts';

/** Sections in order; each is a barrier. */
export const phaseOrder: readonly Phase[] = [
  'preconditions',
  'evidence',
  'containment',
  'diagnosis',
  'main',
  'validations',
  'undo',
  'finally',
  'evidence-after',
];

/** The lane whose roots a phase schedules. `undo` has none: its steps are started by the registered undos. */
export const lanes: Readonly<Partial<Record<Phase, Lane>>> = {
  preconditions: 'precondition',
  evidence: 'evidence',
  containment: 'containment',
  diagnosis: 'diagnosis',
  main: 'main',
  validations: 'validation',
  finally: 'finally',
  'evidence-after': 'evidence',
  postmortem: 'postmortem',
};

/** Whether a section would be entered now. */
export function wanted(plan: Plan, state: Readonly<State>, phase: Phase): boolean {
  if (state.passed[phase] !== undefined) return false;
  const forced = state.stop?.force === true;
  if (phase === 'undo') return state.stop?.undo === true && !forced && undosLeft(state).length > 0;
  const lane = lanes[phase];
  if (lane === undefined || (indexOf(plan).roots.get(lane) ?? []).length === 0) return false;
  const refused = state.stop?.cause === 'refused' && !state.changed;
  switch (phase) {
    case 'preconditions':
    case 'evidence':
    case 'diagnosis':
      return state.stop === undefined;
    case 'containment':
    case 'main':
    case 'validations':
      return state.stop === undefined && plan.only === undefined && !state.limited;
    default:
      return !forced && !refused && plan.only === undefined;
  }
}

const work = phaseOrder.slice(0, phaseOrder.indexOf('validations') + 1);

/** Nothing more will be done but undo, finally and what follows: what guards and periods watch over has ended. */
export function workIsOver(plan: Plan, state: Readonly<State>): boolean {
  if (state.stop !== undefined || !work.includes(state.phase)) return true;
  return state.left === 0 && !work.some((phase) => wanted(plan, state, phase));
}
