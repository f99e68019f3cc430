import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'redis',
  summary: 'One Redis command as argv, or a full SCAN.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      command: {
        type: 'array',
        items: { type: ['string', 'number'] },
        minItems: 1,
        description: 'The command and its arguments, one element each.',
      },
      scan: {
        type: 'object',
        additionalProperties: false,
        properties: {
          match: { type: 'string', description: 'Glob of keys.' },
          type: { type: 'string', description: 'Only keys of this type.' },
          max: { type: 'integer', minimum: 1, description: 'Stop with an error beyond this many keys; default 10000.' },
        },
        required: ['match'],
        description: 'All keys that match, by SCAN until the cursor is 0.',
      },
    },
  },
  result: { type: 'object', properties: { reply: {}, count: { type: 'integer' } } },
  value: 'result.reply',
  target: { types: ['redis'], schema: { type: 'object' }, required: true },
  secretAt: [],
  sinkAt: { '/command/*': 'redisArg' },
  forbidTemplateAt: ['/command/0'],
  kind: 'effect',
  timeout: 10_000,
};
