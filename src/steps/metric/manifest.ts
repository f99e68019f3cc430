import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'metric',
  summary: 'Reads a value, a list of past values, or series from Prometheus or from a service itself.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      query: {
        type: 'string',
        minLength: 1,
        description:
          'PromQL, sent as an encoded form; of an exposition target a selector: NAME{label="value"}. A template is a label value or a duration: up{job="{{inputs.job}}"}[{{inputs.window}}].',
      },
      labels: {
        type: 'object',
        additionalProperties: { type: ['string', 'number'] },
        description: 'Matchers added to every selector of the query.',
      },
      past: {
        type: 'object',
        additionalProperties: false,
        properties: {
          count: { type: 'integer', minimum: 1, maximum: 1000, description: 'How many evaluations back, the newest included.' },
          every: { type: 'string', description: 'Time between two of them, a duration.' },
        },
        required: ['count', 'every'],
        description: 'The last evaluations by a range query, without waiting; the value is the list.',
      },
      increase: {
        type: 'string',
        description:
          'Of an exposition target: two readings this far apart, a duration; the value is how much the counters rose, and result.seconds the time between.',
      },
      returns: { enum: ['value', 'series'], description: 'One number (default), or the list of series with labels.' },
      reduce: { enum: ['max', 'min', 'sum', 'avg', 'count'], description: 'Makes one number of several series.' },
      maxAge: { type: 'string', description: 'A sample older than this is no data; default 5m.' },
      allowInf: { type: 'boolean', description: 'Infinity is a value.' },
      allowWarnings: { type: 'boolean', description: "The server's warnings (partial data) are accepted." },
    },
    required: ['query'],
  },
  result: {
    type: 'object',
    properties: {
      value: { type: 'number' },
      values: { type: 'array', items: { type: 'number' } },
      series: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            labels: { type: 'object', additionalProperties: { type: 'string' } },
            value: { type: 'number' },
            at: { type: 'number' },
          },
        },
      },
      seconds: { type: 'number', description: 'Time between the two readings of `increase`.' },
      warnings: { type: 'array', items: { type: 'string' } },
    },
  },
  value: 'result.value',
  target: { types: ['prometheus', 'exposition'], schema: { type: 'object', required: ['url'] }, required: true },
  emptyIsNoData: true,
  secretAt: [],
  sinkAt: { '/query': 'promql' },
  forbidTemplateAt: [],
  durationAt: ['/past/every', '/maxAge', '/increase'],
  scaledAt: ['/increase'],
  intervalAt: ['/past/every'],
  readingOf: ['query', 'increase', 'labels', 'reduce', 'past'],
  kind: 'effect',
  timeout: 30_000,
};
