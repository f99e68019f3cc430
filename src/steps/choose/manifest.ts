import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'choose',
  summary: 'Asks the operator which way to go, and goes it.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      options: {
        type: 'object',
        minProperties: 1,
        propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9 _.+-]{0,63}$' },
        additionalProperties: {
          type: 'object',
          additionalProperties: false,
          properties: {
            title: { type: 'string', description: 'What the operator reads beside the name.' },
            note: { type: 'string', description: 'What there is to know before choosing it.' },
            when: { type: 'string', description: 'CEL: without it the option cannot be chosen.' },
            steps: { type: 'array', items: { type: 'object' }, description: 'Done when it was chosen, one after the other.' },
          },
        },
        description:
          'Name -> `{ title, note, when, steps }`, all of them optional. A name has letters, digits, blanks, and _ . + -',
      },
      from: {
        type: 'string',
        minLength: 1,
        description: 'CEL: a list of texts (or a map, whose keys are meant) to choose from.',
      },
      suggest: { type: 'string', minLength: 1, description: 'CEL: the name that the readings speak for.' },
    },
  },
  result: {},
  value: null,
  secretAt: [],
  sinkAt: {},
  forbidTemplateAt: [],
  kind: 'ask',
  timeout: 0,
};
