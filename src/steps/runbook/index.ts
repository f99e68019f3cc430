import { shortName } from '../../interpreter/port/text.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

/** The plan puts the steps of the called runbook in its place (plan/call.ts): there is no runner to load. */
export const stepType: StepType = {
  manifest,
  facts: () => ({ effect: 'read', repeatable: true, observe: false, undo: 'none' }),
  does: ({ run }) => `Perform the runbook ${shortName(run)}`,
};
