import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'http',
  summary: 'One HTTP request; no redirects, body up to 1 MiB.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      method: { enum: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], description: 'Default GET.' },
      url: { type: 'string', minLength: 1, description: "Path below the target's url." },
      query: {
        type: 'object',
        additionalProperties: { type: ['string', 'number', 'boolean'] },
        description: 'Query parameters, encoded here.',
      },
      headers: { type: 'object', additionalProperties: { type: ['string', 'number'] }, description: 'Request headers.' },
      body: { description: 'Sent as JSON.' },
      text: { type: 'string', description: 'Sent as it is.' },
      form: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] }, description: 'Sent as a form.' },
      expectStatus: {
        type: 'array',
        items: { type: 'integer' },
        minItems: 1,
        description: 'Statuses that are no failure; default 200 to 299.',
      },
    },
    required: ['url'],
  },
  result: {
    type: 'object',
    properties: {
      status: { type: 'integer' },
      headers: { type: 'object', additionalProperties: { type: 'string' } },
      body: {},
      text: { type: 'string' },
    },
  },
  value: 'result.body',
  target: { types: ['http'], schema: { type: 'object', required: ['url'] }, required: true },
  secretAt: ['/headers/*', '/body', '/body/*', '/form/*', '/query/*'],
  sinkAt: { '/headers/*': 'httpHeader', '/url': 'url' },
  forbidTemplateAt: [],
  kind: 'effect',
  timeout: 30_000,
};
