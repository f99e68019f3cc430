import type { Json } from '../../interpreter/core/model/value.ts';
import type { Facts, StepType } from '../../interpreter/port/step-type.ts';
import { textOf } from '../../interpreter/port/text.ts';
import { manifest } from './manifest.ts';
import { onlyReads } from './read-only.ts';

export const stepType: StepType = {
  manifest,
  facts,
  lint: async () => (await import('./lint.ts')).lint,
  load: async () => (await import('./run.ts')).runner,
};

/** A command is a write unless it is known, or stated by the author, to read only. */
function facts(params: Readonly<Record<string, Json>>): Facts {
  const argv = Array.isArray(params['argv']) ? (params['argv'] as readonly Json[]).map(textOf) : [];
  const reads = params['reads'] === true || onlyReads(argv);
  const output = params['output'];
  const valueSchema: Json =
    output === 'json' ? {} : output === 'lines' ? { type: 'array', items: { type: 'string' } } : { type: 'string' };
  return { effect: reads ? 'read' : 'write', repeatable: reads, observe: reads, undo: 'none', valueSchema };
}
