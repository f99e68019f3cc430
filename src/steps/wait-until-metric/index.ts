import { shortName } from '../../interpreter/port/text.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { facts } from '../metric/index.ts';
import { manifest } from './manifest.ts';

export const stepType: StepType = {
  manifest,
  facts,
  does: ({ query }) => `Wait for ${shortName(query)}`,
  lint: async () => (await import('../metric/lint.ts')).lint,
  asCommand: async () => (await import('../metric/as-command.ts')).asCommand,
  load: async () => (await import('../metric/run.ts')).runner,
};
