/** The command tree as data, for completion: the words that commander would accept. */
import type { Command } from 'commander';
import type { VerbShape } from '../commands/completion/candidates.ts';

export const verbShapes = (root: Command): readonly VerbShape[] =>
  root
    .createHelp()
    .visibleCommands(root)
    .map((command) => ({
      name: command.name(),
      description: command.description(),
      words: command.registeredArguments.map((argument) => argument.name()),
      options: command.options.map(({ short, long, description, flags, argChoices }) => {
        const value = /<([^>]+)>/.exec(flags)?.[1];
        return {
          flags: [short, long].filter((flag) => typeof flag === 'string'),
          description,
          ...(value === undefined ? {} : { value }),
          ...(argChoices === undefined ? {} : { choices: argChoices }),
        };
      }),
    }));
