import { doubtOf } from '../../clients/programs/command-facts.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Facts, StepType } from '../../interpreter/port/step-type.ts';
import { commandLine } from './command-line.ts';
import { shortName } from '../../interpreter/port/text.ts';
import { manifest } from './manifest.ts';

export const stepType: StepType = {
  manifest,
  facts,
  does: ({ argv, script }) => (argv === undefined ? `Script: ${shortName(script)}` : `Run ${shortName(argv)}`),
  lint: async () => (await import('./lint.ts')).lint,
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  asCommand: async () => (await import('./as-command.ts')).asCommand,
  load: async () => (await import('./run.ts')).runner,
};

/** A command is a write unless it is known, or stated by the author, to read only. */
function facts(params: Readonly<Record<string, Json>>): Facts {
  const doubt = doubtOf(commandLine(params), params['reads'] === true);
  const reads = doubt === undefined;
  const output = params['output'];
  const valueSchema: Json =
    output === 'json' ? {} : output === 'lines' ? { type: 'array', items: { type: 'string' } } : { type: 'string' };
  const effect = reads ? 'read' : 'write';
  return { effect, repeatable: reads, observe: reads, undo: 'none', valueSchema, ...(reads ? {} : { doubt }) };
}
