import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'undo',
  summary: 'Performs the registered undo of earlier steps now and uses it up.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      of: {
        type: 'array',
        items: { type: 'string' },
        minItems: 1,
        description: 'Ids of steps whose undo is performed, newest first.',
      },
    },
    required: ['of'],
  },
  result: {},
  value: null,
  secretAt: [],
  sinkAt: {},
  forbidTemplateAt: [],
  kind: 'undo',
  timeout: 120_000,
};
