import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'notify',
  summary: 'Sends one message to a chat, webhook, status page, pager, ticket or mailbox.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      to: { type: 'string', minLength: 1, description: 'The declared target.' },
      message: { type: 'string', minLength: 1, description: 'Text with {{paths}}, if/each and helpers.' },
      title: { type: 'string', description: 'Heading, where the receiver has one.' },
      severity: {
        type: 'string',
        description: 'Severity, where the receiver has one: critical, error, warning, info, or SEV1 to SEV5, P0 to P4.',
      },
      follows: {
        type: 'string',
        minLength: 1,
        description: 'The id that an earlier message returned: its thread, alert, incident or mail.',
      },
      status: {
        enum: ['investigating', 'identified', 'monitoring', 'resolved'],
        description: 'Of a status page: the state of the incident.',
      },
      components: {
        type: 'object',
        additionalProperties: {
          enum: ['operational', 'degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance'],
        },
        description: 'Of a status page: component (its id, or a name of the configuration) -> its state.',
      },
      action: { enum: ['trigger', 'acknowledge', 'resolve'], description: 'Of a pager: what happens to the alert.' },
      attach: {
        type: 'array',
        items: { enum: ['report', 'evidence'] },
        description: 'Files that tickets, webhooks and mails carry: the report so far, the evidence.',
      },
    },
    required: ['message'],
  },
  result: {
    type: 'object',
    properties: {
      status: { type: 'integer', description: 'What the receiver answered.' },
      id: { type: 'string', description: 'What a later message gives as follows.' },
      attached: { type: 'array', items: { type: 'string' }, description: 'Names of the files that were carried.' },
      shortened: { type: 'array', items: { type: 'string' }, description: 'Keys whose texts were too long for the receiver.' },
      rejected: {
        type: 'array',
        items: { type: 'string' },
        description: 'Of mail: addresses that the server refused while it took others.',
      },
    },
  },
  value: null,
  target: {
    types: ['chat', 'webhook', 'statuspage', 'pager', 'ticket', 'email'],
    schema: { type: 'object' },
    required: true,
    key: 'to',
  },
  tellsPeople: true,
  secretAt: [],
  sinkAt: { '/message': 'message', '/title': 'message', '/follows': 'text' },
  forbidTemplateAt: [],
  messageAt: ['/message', '/title'],
  kind: 'effect',
  timeout: 15_000,
};
