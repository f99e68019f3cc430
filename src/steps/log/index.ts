import { doubtOf, wordList } from '../../clients/programs/command-facts.ts';
import { shortName } from '../../interpreter/port/text.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

export const stepType: StepType = {
  manifest,
  /** A file, or the log of a target, is only read; a command is judged as those of shell steps are. */
  facts: (params) => {
    const doubt =
      params['command'] === undefined ? undefined : doubtOf({ argv: wordList(params['command']) }, params['reads'] === true);
    const reads = doubt === undefined;
    return { effect: reads ? 'read' : 'write', repeatable: reads, observe: reads, undo: 'none', ...(reads ? {} : { doubt }) };
  },
  does: ({ match }) => `Count the lines of the log that match ${shortName(match)}`,
  lint: async () => (await import('./lint.ts')).lint,
  asCommand: async () => (await import('./as-command.ts')).asCommand,
  load: async () => (await import('./run.ts')).runner,
};
