import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'websocket',
  summary: 'Subscribes as a client would, collects messages and finds gaps in their sequence.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      subscribe: { type: 'string', description: 'Channel to subscribe to.' },
      send: { description: 'A message of its own to send after opening, instead of subscribe.' },
      reads: { type: 'boolean', description: 'The author answers for it that `send` only asks for data; see docs/reads.md.' },
      collect: {
        type: 'object',
        additionalProperties: false,
        properties: {
          count: { type: 'integer', minimum: 1, maximum: 10000, description: 'How many messages.' },
          timeout: { type: 'string', description: 'Stop after this time with what came, a duration.' },
        },
        required: ['count', 'timeout'],
        description: 'What to wait for.',
      },
    },
    required: ['collect'],
  },
  result: {
    type: 'object',
    properties: {
      count: { type: 'integer' },
      gaps: { type: 'integer' },
      firstSeq: { type: 'integer' },
      lastSeq: { type: 'integer' },
      closeCode: { type: 'integer' },
      book: { type: 'object', properties: { seq: { type: 'integer' }, levels: {} }, additionalProperties: false },
      messages: { type: 'array', items: {} },
    },
  },
  value: null,
  target: { types: ['websocket'], schema: { type: 'object', required: ['url'] }, required: true },
  secretAt: [],
  sinkAt: {},
  forbidTemplateAt: [],
  durationAt: ['/collect/timeout'],
  kind: 'effect',
  timeout: 120_000,
};
