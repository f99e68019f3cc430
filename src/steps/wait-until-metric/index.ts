import type { StepType } from '../../interpreter/port/step-type.ts';
import { facts } from '../metric/index.ts';
import { manifest } from './manifest.ts';

export const stepType: StepType = {
  manifest,
  facts,
  lint: async () => (await import('../metric/lint.ts')).lint,
  load: async () => (await import('../metric/run.ts')).runner,
};
