import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'check',
  summary: 'Evaluates conditions over what earlier steps read; talks to nobody.',
  params: { type: 'object', additionalProperties: false, properties: {} },
  result: {},
  value: null,
  secretAt: [],
  sinkAt: {},
  forbidTemplateAt: [],
  kind: 'check',
  timeout: 10_000,
};
