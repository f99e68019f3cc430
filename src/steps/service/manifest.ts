import type { Manifest } from '../../interpreter/port/step-type.ts';

const name = (does: string) => ({ type: 'string', minLength: 1, description: does }) as const;
const state = {
  type: 'object',
  properties: {
    state: { type: 'string' },
    healthy: { type: 'boolean' },
    wanted: { type: 'integer' },
    ready: { type: 'integer' },
    image: { type: 'string' },
  },
} as const;

export const manifest: Manifest = {
  port: 1,
  type: 'service',
  summary: 'Restarts, starts, stops, scales or replaces a service, and ends when it is healthy again.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      status: name('Only reads: whether the service runs and is healthy.'),
      restart: name('A container, a workload (deploy/NAME), a unit, or the id of an instance.'),
      start: name('Starts it; nothing happens when it runs and is healthy.'),
      stop: name('Stops it; nothing happens when it is stopped. On a cluster it is scaled to 0.'),
      scale: name('On a cluster: sets the number of `replicas`.'),
      replace: name('On a cluster: rolls out another `image`.'),
      replicas: { type: ['integer', 'string'], minimum: 0, description: 'With scale: how many.' },
      image: { type: 'string', minLength: 1, description: 'With replace: the image of the only container.' },
      sudo: { type: 'boolean', description: 'Runs systemctl or docker by `sudo -n`.' },
      within: { type: 'string', description: 'How long it may take to be healthy (or stopped), a duration; default 1m.' },
      hold: {
        type: 'string',
        default: '3s',
        description: 'How long it must then stay healthy without starting again, a duration; default 3s.',
      },
    },
  },
  result: {
    type: 'object',
    properties: {
      state: { type: 'string', description: 'running, starting, stopping, stopped or failed.' },
      healthy: { type: 'boolean' },
      wanted: { type: 'integer', description: 'Replicas that should run; 1 or 0 where there is only one.' },
      ready: { type: 'integer', description: 'Replicas that run and are ready.' },
      image: { type: 'string', description: 'Image of a container or workload.' },
      before: { ...state, description: 'The same, read before the action.' },
    },
  },
  value: 'result.state',
  target: { types: ['docker', 'kubernetes', 'systemd', 'ssh', 'aws'], schema: { type: 'object' }, required: true },
  secretAt: [],
  sinkAt: {
    '/status': 'argv',
    '/restart': 'argv',
    '/start': 'argv',
    '/stop': 'argv',
    '/scale': 'argv',
    '/replace': 'argv',
    '/image': 'argv',
    '/replicas': 'argv',
  },
  forbidTemplateAt: [],
  durationAt: ['/within', '/hold'],
  intervalAt: ['/hold'],
  kind: 'effect',
  timeout: 120_000,
};
