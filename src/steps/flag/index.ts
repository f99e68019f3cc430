import { changed } from '../../interpreter/port/changed.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

export const stepType: StepType = {
  manifest,
  facts: (params) => {
    const writes = params['set'] !== undefined;
    const valueSchema = params['may'] === undefined ? {} : { type: 'boolean' };
    return {
      effect: writes ? 'write' : 'read',
      repeatable: true,
      observe: !writes,
      undo: writes ? 'restore' : 'none',
      valueSchema,
    };
  },
  changes: (params) => (params['set'] === undefined ? [] : changed('the flag', params['flag'], '/flag')),
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  load: async () => (await import('./run.ts')).runner,
};
