import type { Json } from '../../interpreter/core/model/value.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

/** Asked by the engine itself: there is no runner to load. The steps of its options become groups of the plan. */
export const stepType: StepType = {
  manifest,
  facts: ({ options }) => ({ effect: 'read', repeatable: true, observe: false, undo: 'none', valueSchema: valueOf(options) }),
  // The question is made from them when it is asked (plan/choice.ts); the steps of options are steps of their own.
  lower: () => ({}),
  lint: async () => (await import('./lint.ts')).lint,
};

/** The name of what was chosen. */
const valueOf = (options: Json | undefined): Json =>
  options !== null && typeof options === 'object' && !Array.isArray(options)
    ? { type: 'string', enum: Object.keys(options) }
    : { type: 'string' };
