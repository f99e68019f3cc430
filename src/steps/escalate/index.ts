import { shortName } from '../../interpreter/port/text.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

/** Whether a repetition is safe depends on the kind of receiver: pagers and webhooks drop it by its key. */
export const stepType: StepType = {
  manifest,
  facts: (_params, target) => {
    const repeatable = target?.type === 'pager' || target?.type === 'webhook';
    return { effect: 'write', repeatable, observe: false, undo: 'none' };
  },
  does: ({ to }) => `Tell ${shortName(to)}`,
  lint: async () => (await import('./lint.ts')).lint,
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  load: async () => (await import('./run.ts')).runner,
};
