import { shortName } from '../../interpreter/port/text.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

/** Performed by the engine itself: there is no runner to load. */
export const stepType: StepType = {
  manifest,
  facts: () => ({ effect: 'write', repeatable: false, observe: false, undo: 'none' }),
  does: ({ of }) => (of === undefined ? 'Take back what was changed' : `Take back ${shortName(of)}`),
};
