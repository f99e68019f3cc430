import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'ask',
  summary: 'Asks the operator for values.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      fields: {
        type: 'object',
        minProperties: 1,
        additionalProperties: { type: 'object' },
        description: 'Name -> declaration, as in inputs.',
      },
    },
    required: ['fields'],
  },
  result: {},
  value: null,
  secretAt: [],
  sinkAt: {},
  forbidTemplateAt: [],
  kind: 'ask',
  timeout: 0,
};
