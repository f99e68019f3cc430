import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

/** Performed by the engine itself: there is no runner to load. */
export const stepType: StepType = {
  manifest,
  facts: () => ({ effect: 'read', repeatable: true, observe: false, undo: 'none' }),
};
