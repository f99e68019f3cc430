import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

export const stepType: StepType = {
  manifest,
  facts: () => ({ effect: 'read', repeatable: true, observe: true, undo: 'none' }),
  load: async () => (await import('./run.ts')).runner,
};
