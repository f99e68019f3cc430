import type { Json } from '../../interpreter/core/model/value.ts';
import type { Manifest } from '../../interpreter/port/step-type.ts';

const count = (description: string): Json => ({ type: 'integer', minimum: 0, description });

export const manifest: Manifest = {
  port: 1,
  type: 'sql',
  summary: 'One SQL statement on PostgreSQL, its values bound as parameters.',
  params: {
    type: 'object',
    additionalProperties: false,
    required: ['query'],
    properties: {
      query: {
        type: 'string',
        minLength: 1,
        description:
          'One statement; values as $1, $2. Templates are possible as interval \'{{inputs.age}}\' and as a quoted name, "{{inputs.table}}".',
      },
      args: { type: 'array', items: {}, description: 'Values of $1, $2 and so on; a list is an array, a mapping is JSON.' },
      returns: {
        enum: ['rows', 'row', 'value'],
        description:
          'The principal value: all rows (default of a read), the only row, or its only column. A write without it: the number of rows.',
      },
      rows: {
        anyOf: [
          count('Exactly so many.'),
          {
            type: 'object',
            additionalProperties: false,
            minProperties: 1,
            properties: { min: count('At least.'), max: count('At most.') },
          },
        ],
        description:
          'How many rows a write must touch, a number or { min, max }; another number is taken back before it is committed.',
      },
      limit: { type: 'integer', minimum: 1, maximum: 100000, description: 'More rows than this are an error; default 10000.' },
      writes: {
        type: 'boolean',
        description:
          'The statement looks like a read and acts, by a function of yours: it is a write and no read only transaction.',
      },
      transaction: {
        enum: ['one', 'none'],
        description: 'none: outside a transaction, for CREATE INDEX CONCURRENTLY, VACUUM and the like; only of a write.',
      },
      lockTimeout: {
        type: 'string',
        description: 'How long to wait for a lock; default four fifths of the time of the attempt.',
      },
    },
  },
  result: {
    type: 'object',
    properties: {
      rows: { type: 'array', items: {} },
      row: {},
      value: {},
      rowCount: { type: 'integer' },
      command: { type: 'string' },
      columns: {
        type: 'array',
        items: { type: 'object', properties: { name: { type: 'string' }, type: { type: 'string' } } },
      },
    },
  },
  value: 'result.rows',
  target: {
    types: ['postgres'],
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['user'],
      properties: {
        host: { type: 'string', description: 'Name, address, or the folder of a socket; default 127.0.0.1.' },
        port: { type: 'integer', minimum: 1, maximum: 65535, description: 'Default 5432.' },
        database: { type: 'string', description: 'Default: named like the user.' },
        user: { type: 'string', description: 'A role with no more rights than the runbook needs.' },
        password: { type: 'string', description: 'secret:NAME' },
        tls: {
          anyOf: [
            { type: 'boolean' },
            {
              type: 'object',
              additionalProperties: false,
              properties: { ca: { type: 'string' }, serverName: { type: 'string' } },
            },
          ],
          description: 'Default: true unless the host is this machine; certificates are always verified.',
        },
        applicationName: { type: 'string', description: 'Shown in pg_stat_activity; default runbook.' },
      },
    },
    required: true,
  },
  emptyIsNoData: true,
  secretAt: ['/args/*'],
  sinkAt: { '/query': 'postgresql', '/args/*': 'sqlBind' },
  forbidTemplateAt: [],
  durationAt: ['/lockTimeout'],
  kind: 'effect',
  timeout: 30_000,
};
