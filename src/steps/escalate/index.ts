import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

/** The receiver is told the same key each time, so that it can drop a repetition. */
export const stepType: StepType = {
  manifest,
  facts: () => ({ effect: 'write', repeatable: true, observe: false, undo: 'none' }),
  load: async () => (await import('./run.ts')).runner,
};
