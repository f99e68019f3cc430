import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'runbook',
  summary: 'Performs another runbook as part of this one.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      run: {
        type: 'string',
        pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
        description: 'Id of the runbook: a file of that name beside this one, or in the catalogue.',
      },
      inputs: {
        type: 'object',
        description: 'Name -> value, each of the type that the called runbook declares.',
      },
      targets: {
        type: 'object',
        additionalProperties: { type: 'string', minLength: 1 },
        description: 'Its name of a target -> the name here. Targets that are called the same in both need no mention.',
      },
      comms: { type: 'boolean', description: 'true: the messages of the called runbook are sent too.' },
    },
    required: ['run'],
  },
  result: {},
  value: null,
  secretAt: ['/inputs/*'],
  sinkAt: {},
  forbidTemplateAt: ['/run', '/targets/*'],
  kind: 'call',
  timeout: 0,
};
