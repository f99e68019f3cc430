import { shortName } from '../../interpreter/port/text.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';
import { overridesMethod } from './method.ts';

/** GET and HEAD read, unless they ask for another method on the side; everything else may change something. PUT and DELETE are repeatable by their definition (RFC 9110 9.2.2). */
export const stepType: StepType = {
  manifest,
  facts: (params) => {
    const method = typeof params['method'] === 'string' ? params['method'] : 'GET';
    const overridden = overridesMethod(params);
    const reads = (method === 'GET' || method === 'HEAD') && !overridden;
    return {
      effect: reads ? 'read' : 'write',
      repeatable: reads || (!overridden && (method === 'PUT' || method === 'DELETE')),
      observe: reads,
      undo: 'none',
      valueSchema: {},
      ...(reads
        ? {}
        : {
            doubt: {
              why: overridden ? 'it asks for another method on the side' : `${method} may act`,
              hint: 'move it to `steps:`',
            },
          }),
    };
  },
  does: ({ method, url }) => shortName([method ?? 'GET', url ?? '']),
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  asCommand: async () => (await import('./as-command.ts')).asCommand,
  load: async () => (await import('./run.ts')).runner,
};
