import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

/** GET and HEAD read; everything else may change something. PUT and DELETE are repeatable by their definition (RFC 9110 9.2.2). */
export const stepType: StepType = {
  manifest,
  facts: (params) => {
    const method = typeof params['method'] === 'string' ? params['method'] : 'GET';
    const reads = method === 'GET' || method === 'HEAD';
    return {
      effect: reads ? 'read' : 'write',
      repeatable: reads || method === 'PUT' || method === 'DELETE',
      observe: reads,
      undo: 'none',
      valueSchema: {},
    };
  },
  load: async () => (await import('./run.ts')).runner,
};
