import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'flag',
  summary: 'Reads, sets and restores a feature flag, by compare-and-set.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      flag: { type: 'string', minLength: 1, description: 'Name of the flag.' },
      set: { description: 'The value it shall have.' },
      may: { enum: ['read', 'write'], description: 'Only asks whether we may; the value is true or false.' },
    },
    required: ['flag'],
  },
  result: { type: 'object', properties: { value: {}, before: {}, version: { type: 'string' } } },
  value: 'result.value',
  target: { types: ['flag'], schema: { type: 'object', required: ['provider'] }, required: true },
  secretAt: [],
  sinkAt: {},
  forbidTemplateAt: [],
  kind: 'effect',
  timeout: 20_000,
};
