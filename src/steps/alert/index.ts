import { shortName } from '../../interpreter/port/text.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

export const stepType: StepType = {
  manifest,
  facts: (params) => {
    if (params['alert'] !== undefined) {
      const valueSchema = { enum: ['firing', 'pending', 'inactive'], type: 'string' };
      return { effect: 'read', repeatable: true, observe: true, undo: 'none', valueSchema };
    }
    const creates = params['silence'] !== undefined;
    return {
      effect: 'write',
      repeatable: true,
      observe: false,
      undo: creates ? 'restore' : 'none',
      value: 'result.id',
      valueSchema: { type: 'string' },
    };
  },
  does: ({ alert, silence, expire }) =>
    silence !== undefined
      ? 'Silence alerts'
      : expire === undefined
        ? `Read the alert ${shortName(alert)}`
        : `End the silence ${shortName(expire)}`,
  lint: async () => (await import('./lint.ts')).lint,
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  asCommand: async () => (await import('./as-command.ts')).asCommand,
  load: async () => (await import('./run.ts')).runner,
};
