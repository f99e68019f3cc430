import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'log',
  summary: 'Counts the lines of a log that match; no match is 0, not an error.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      match: { type: 'string', minLength: 1, description: 'Regular expression (RE2: linear time).' },
      since: { type: 'string', description: 'Only lines of this last stretch of time, a duration; default 15m.' },
      file: { type: 'string', description: 'A file, instead of a target.' },
      command: {
        type: 'array',
        items: { type: 'string' },
        minItems: 1,
        description: 'A command that prints the log, instead of a target.',
      },
    },
    required: ['match'],
  },
  result: {
    type: 'object',
    properties: { count: { type: 'integer' }, lines: { type: 'array', items: { type: 'string' } }, scanned: { type: 'integer' } },
  },
  value: 'result.count',
  target: { types: ['kubernetes'], schema: { type: 'object' }, required: false },
  secretAt: [],
  sinkAt: { '/command/*': 'argv' },
  forbidTemplateAt: [],
  durationAt: ['/since'],
  kind: 'effect',
  timeout: 60_000,
};
