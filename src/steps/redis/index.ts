import type { Json } from '../../interpreter/core/model/value.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { commandEffect, repeatable, restorable } from './commands.ts';
import { shortName, textOf } from '../../interpreter/port/text.ts';
import { changes } from './changes.ts';
import { manifest } from './manifest.ts';

export const stepType: StepType = {
  manifest,
  facts: (params) => {
    const argv = Array.isArray(params['command']) ? (params['command'] as readonly Json[]).map(textOf) : [];
    const name = (argv[0] ?? '').toUpperCase();
    const effect = params['scan'] !== undefined ? 'read' : (commandEffect(argv) ?? 'write');
    const keys: Json = { type: 'array', items: { type: 'string' } };
    return {
      effect,
      repeatable: effect === 'read' || repeatable.has(name),
      observe: effect === 'read',
      undo: restorable.has(name) ? 'restore' : 'none',
      valueSchema: params['scan'] === undefined ? {} : keys,
    };
  },
  changes,
  does: ({ command, scan }) => (scan === undefined ? shortName(command) : 'Find keys'),
  lint: async () => (await import('./lint.ts')).lint,
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  asCommand: async () => (await import('./as-command.ts')).asCommand,
  load: async () => (await import('./run.ts')).runner,
};
