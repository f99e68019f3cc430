import type { Lane } from './plan.ts';
import type { Phase } from './state.ts';

/** Sections in order; each is a barrier (core.md 1). */
export const sections: readonly Phase[] = [
  'preconditions',
  'evidence',
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
  diagnosis: 'diagnosis',
  main: 'main',
  validations: 'validation',
  finally: 'finally',
  'evidence-after': 'evidence',
  postmortem: 'postmortem',
};
