import { shortName } from '../../interpreter/port/text.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

/** Subscribing reads. A message of the author's own may be an order to the server, unless the author answers for it. */
export const stepType: StepType = {
  manifest,
  facts: (params) => {
    if (params['send'] === undefined || params['reads'] === true)
      return { effect: 'read', repeatable: true, observe: true, undo: 'none' };
    const doubt = {
      why: 'what the message of `send` does is up to the server',
      hint: 'use `subscribe:`, or if the message only asks for data, let the author answer for it: `reads: true`',
    };
    return { effect: 'write', repeatable: false, observe: false, undo: 'none', doubt };
  },
  does: ({ subscribe }) => (subscribe === undefined ? 'Open a WebSocket' : `Subscribe to ${shortName(subscribe)}`),
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  asCommand: async () => (await import('./as-command.ts')).asCommand,
  load: async () => (await import('./run.ts')).runner,
};
