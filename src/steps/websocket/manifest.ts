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
      token: { type: 'string', minLength: 1, description: 'Sent as a bearer token, in place of that of the target.' },
      headers: { type: 'object', additionalProperties: { type: ['string', 'number'] }, description: 'Headers of the upgrade.' },
      query: {
        type: 'object',
        additionalProperties: { type: ['string', 'number', 'boolean'] },
        description: 'Added to the query of the address, encoded.',
      },
      expectStatus: {
        type: 'array',
        minItems: 1,
        items: { type: 'integer', minimum: 101, maximum: 599 },
        description: 'Statuses with which the upgrade must be answered: [401] for a token that must be refused; 101 opens.',
      },
      expectClose: {
        type: 'array',
        minItems: 1,
        items: { type: 'integer', minimum: 1000, maximum: 4999 },
        description: 'Codes with one of which the server must close: [4001]. 1006: without a close frame.',
      },
      collect: {
        type: 'object',
        additionalProperties: false,
        properties: {
          count: { type: 'integer', minimum: 1, maximum: 10000, description: 'How many messages.' },
          timeout: { type: 'string', description: 'Stop after this time with what came, a duration.' },
        },
        required: ['count', 'timeout'],
        description: 'What to wait for; without it the step ends when the connection is open.',
      },
    },
  },
  result: {
    type: 'object',
    properties: {
      status: { type: 'integer', description: 'Of the answer to the upgrade; 101 when the connection opened.' },
      count: { type: 'integer' },
      gaps: { type: 'integer' },
      firstSeq: { type: 'integer' },
      lastSeq: { type: 'integer' },
      closeCode: { type: 'integer' },
      closeReason: { type: 'string' },
      book: { type: 'object', properties: { seq: { type: 'integer' }, levels: {} }, additionalProperties: false },
      messages: { type: 'array', items: {} },
    },
  },
  value: null,
  target: { types: ['websocket'], schema: { type: 'object', required: ['url'] }, required: true },
  secretAt: ['/token', '/headers/*', '/query/*'],
  sinkAt: { '/token': 'httpHeader', '/headers/*': 'httpHeader' },
  forbidTemplateAt: [],
  durationAt: ['/collect/timeout'],
  kind: 'effect',
  timeout: 120_000,
};
