import { changed } from '../../interpreter/port/changed.ts';
import { shortName } from '../../interpreter/port/text.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

export const stepType: StepType = {
  manifest,
  facts: (params) => {
    const edits = params['edit'] !== undefined;
    return {
      effect: edits ? 'write' : 'read',
      // Setting a key to what it is changes nothing.
      repeatable: true,
      observe: !edits,
      undo: edits ? 'restore' : 'none',
      valueSchema: {},
      ...(edits ? { value: 'result.changes' } : {}),
    };
  },
  changes: ({ edit }) =>
    changed('the file', edit, '/edit').map((one) => (String(edit).startsWith('/') ? one : { ...one, inFolder: true })),
  does: ({ read, edit }) => (edit === undefined ? `Read ${shortName(read)}` : `Change ${shortName(edit)}`),
  lint: async () => (await import('./lint.ts')).lint,
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  asCommand: async () => (await import('./as-command.ts')).asCommand,
  load: async () => (await import('./run.ts')).runner,
};
