import { changed } from '../../interpreter/port/changed.ts';
import { shortName } from '../../interpreter/port/text.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';
import { actionOf } from './params.ts';

/** What may be done twice is done only where it is still to do; a second restart would cost a second outage. */
export const stepType: StepType = {
  manifest,
  facts: (params) => {
    const action = actionOf(params);
    const reads = action === 'status';
    return {
      effect: reads ? 'read' : 'write',
      repeatable: action !== 'restart',
      observe: reads,
      undo: reads || action === 'restart' ? 'none' : 'restore',
      valueSchema: { enum: ['running', 'starting', 'stopping', 'stopped', 'failed'] },
    };
  },
  changes: (params) => {
    const action = actionOf(params);
    return action === undefined || action === 'status' ? [] : changed('the service', params[action], `/${action}`);
  },
  does: (params) => {
    const action = actionOf(params) ?? 'status';
    const name = shortName(params[action]);
    return action === 'status' ? `Read the state of ${name}` : `${action.charAt(0).toUpperCase()}${action.slice(1)} ${name}`;
  },
  lint: async () => (await import('./lint.ts')).lint,
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  asCommand: async () => (await import('./as-command.ts')).asCommand,
  load: async () => (await import('./run.ts')).runner,
};
