import type { Manifest } from '../../interpreter/port/step-type.ts';

const labels = { type: 'object', additionalProperties: { type: ['string', 'number'] }, minProperties: 1 };

export const manifest: Manifest = {
  port: 1,
  type: 'alert',
  summary: 'State of an alerting rule of Prometheus; creates and expires silences of Alertmanager.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      alert: {
        type: 'string',
        minLength: 1,
        description: 'Name of the rule, also a template; a name that no rule has is an error.',
      },
      labels: { ...labels, description: 'Only its alerts that have these labels.' },
      silence: {
        type: 'object',
        additionalProperties: false,
        properties: {
          matchers: { ...labels, description: 'Labels and the values that they must equal.' },
          lasts: { type: 'string', description: 'How long, a duration; at most 24h.' },
          comment: { type: 'string', minLength: 1, description: 'Why; the run is added to it.' },
        },
        required: ['matchers', 'lasts', 'comment'],
        description: 'Creates a silence; the value is its id.',
      },
      expire: { type: 'string', minLength: 1, description: 'Ends the silence with this id.' },
    },
  },
  result: {
    type: 'object',
    properties: {
      state: { enum: ['firing', 'pending', 'inactive'] },
      alerts: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            labels: { type: 'object', additionalProperties: { type: 'string' } },
            state: { type: 'string' },
            since: { type: 'string' },
            value: { type: 'number' },
          },
        },
      },
      rule: {
        type: 'object',
        properties: { group: { type: 'string' }, query: { type: 'string' }, holdSeconds: { type: 'number' } },
      },
      id: { type: 'string' },
      endsAt: { type: 'string' },
    },
  },
  value: 'result.state',
  target: { types: ['prometheus', 'alertmanager'], schema: { type: 'object', required: ['url'] }, required: true },
  secretAt: [],
  sinkAt: {
    '/alert': 'text',
    '/labels/*': 'text',
    '/silence/comment': 'httpBody',
    '/silence/matchers/*': 'httpBody',
    '/expire': 'text',
  },
  forbidTemplateAt: [],
  durationAt: ['/silence/lasts'],
  kind: 'effect',
  timeout: 20_000,
};
