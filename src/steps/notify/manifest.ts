import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'notify',
  summary: 'Sends one message to a chat, webhook, status page, pager or ticket.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      to: { type: 'string', minLength: 1, description: 'The declared target.' },
      message: { type: 'string', minLength: 1, description: 'Text with {{paths}}, if/each and helpers.' },
      title: { type: 'string', description: 'Heading, where the receiver has one.' },
      severity: { type: 'string', description: 'Severity, where the receiver has one.' },
      attach: {
        type: 'array',
        items: { enum: ['report', 'evidence'] },
        description: 'Files that tickets and webhooks carry: the report so far, the evidence.',
      },
    },
    required: ['message'],
  },
  result: {
    type: 'object',
    properties: { status: { type: 'integer' }, id: { type: 'string' }, attached: { type: 'array', items: { type: 'string' } } },
  },
  value: null,
  target: { types: ['chat', 'webhook', 'statuspage', 'pager', 'ticket'], schema: { type: 'object' }, required: true },
  secretAt: [],
  sinkAt: { '/message': 'text' },
  forbidTemplateAt: [],
  messageAt: ['/message', '/title'],
  kind: 'effect',
  timeout: 15_000,
};
