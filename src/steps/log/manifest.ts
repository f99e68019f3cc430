import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'log',
  summary: 'Counts the lines of a log that match; no match in a log that exists is 0, not an error.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      match: { type: 'string', minLength: 1, description: 'Regular expression (RE2: linear time).' },
      since: {
        type: 'string',
        description: 'Only lines of this last stretch of time, a duration; default 15m. For a command only if it is said.',
      },
      file: {
        type: 'string',
        description:
          'A file, here or on the host of an ssh target; the one before it (NAME.1) counts too if it was written to since then.',
      },
      command: {
        type: 'array',
        items: { type: 'string' },
        minItems: 1,
        description: 'A command that prints the log, here or on the host of an ssh target.',
      },
      reads: { type: 'boolean', description: 'The author answers for it that the command only reads; see docs/reads.md.' },
      stream: {
        enum: ['both', 'stdout', 'stderr'],
        description: 'Which streams of a command (or of kubectl) are the log; default both.',
      },
    },
    required: ['match'],
  },
  result: {
    type: 'object',
    properties: {
      count: { type: 'integer', description: 'Lines that match.' },
      lines: { type: 'array', items: { type: 'string' }, description: 'The last 20 of them, their first 1000 characters.' },
      scanned: { type: 'integer', description: 'All lines read.' },
      cutLines: { type: 'integer', description: 'Lines longer than 1 MiB, of which only the beginning was looked at.' },
    },
  },
  value: 'result.count',
  target: { types: ['kubernetes', 'ssh'], schema: { type: 'object' }, required: false },
  secretAt: [],
  sinkAt: { '/command/*': 'argv', '/file': 'path', '/match': 'pattern' },
  forbidTemplateAt: [],
  durationAt: ['/since'],
  kind: 'effect',
  timeout: 60_000,
};
