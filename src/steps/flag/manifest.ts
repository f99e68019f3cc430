import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'flag',
  summary: 'Reads, sets and restores a feature flag, by compare-and-set.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      flag: { type: 'string', minLength: 1, description: 'Name of the flag.' },
      set: { description: 'The value it shall have.' },
      may: { enum: ['read', 'write'], description: 'Only asks whether we may; the value is true or false.' },
    },
    required: ['flag'],
  },
  result: { type: 'object', properties: { value: {}, before: {}, version: { type: 'string' } } },
  value: 'result.value',
  target: {
    types: ['flag'],
    schema: {
      type: 'object',
      required: ['provider'],
      properties: {
        provider: { enum: ['command', 'file', 'flagd', 'http', 'launchdarkly', 'ofrep', 'redis', 'unleash'] },
        names: {
          type: 'object',
          additionalProperties: { type: 'string' },
          description: 'Names of flags there, where they differ.',
        },
        url: { type: 'string', description: 'Address of the service, or of the Redis server.' },
        token: { type: 'string', description: 'Sent as the provider wants it; a secret.' },
        project: { type: 'string', description: 'Unleash, LaunchDarkly.' },
        environment: { type: 'string', description: 'Unleash, LaunchDarkly: the only one that is touched.' },
        file: { type: 'string', description: 'file: the flags; flagd: the definition that `set` edits.' },
        hash: { type: 'string', description: 'redis: key of the hash; default flags.' },
        get: { type: 'array', items: { type: 'string' }, description: 'command: prints the value as JSON; {flag} is filled in.' },
        set: {
          type: 'array',
          items: { type: 'string' },
          description: 'command: changes it; {flag}, {value}, {version} are filled in.',
        },
        may: {
          type: 'array',
          items: { type: 'string' },
          description: 'command: prints true or false; {flag}, {what} are filled in.',
        },
        env: { type: 'object', description: 'command: environment of the children; the place for secrets.' },
        context: { type: 'object', description: 'ofrep, flagd: context of the evaluation.' },
      },
    },
    required: true,
  },
  secretAt: [],
  sinkAt: {},
  forbidTemplateAt: [],
  kind: 'effect',
  timeout: 20_000,
};
