import type { Json } from '../../interpreter/core/value.ts';
import type { StepType } from '../../interpreter/port/step-type.ts';
import { manifest } from './manifest.ts';

const integer: Json = { type: 'integer' };

export const stepType: StepType = {
  manifest,
  facts: (params) => {
    const resets = params['resetOffsets'] !== undefined;
    const writes = resets || params['produce'] !== undefined;
    return {
      effect: resets ? 'destructive' : writes ? 'write' : 'read',
      repeatable: !writes || resets,
      observe: !writes,
      undo: resets ? 'restore' : 'none',
      valueSchema: valueOf(params),
    };
  },
  lint: async () => (await import('./lint.ts')).lint,
  load: async () => (await import('./run.ts')).runner,
};

/** Offsets are 64-bit integers in expressions. */
function valueOf(params: Readonly<Record<string, Json>>): Json {
  const last = params['lastOffsets'] as { readonly key?: Json; readonly byKey?: Json } | undefined;
  if (last !== undefined && last.key === undefined) return { type: 'object', additionalProperties: integer };
  if (last !== undefined) return integer;
  if (params['groupLag'] !== undefined)
    return { type: 'object', properties: { total: integer, partitions: {} }, additionalProperties: false };
  return {};
}
