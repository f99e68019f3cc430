import { changed } from '../../interpreter/port/changed.ts';
import { shortName } from '../../interpreter/port/text.ts';
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
  does: ({ flag, set, may }) => {
    if (may !== undefined) return `Check that we may ${shortName(may)} the flag ${shortName(flag)}`;
    return set === undefined ? `Read the flag ${shortName(flag)}` : `Set the flag ${shortName(flag)} to ${JSON.stringify(set)}`;
  },
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  asCommand: async () => (await import('./as-command.ts')).asCommand,
  load: async () => (await import('./run.ts')).runner,
};
