import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'manual',
  summary: 'Work by hand: the operator says done, or why not.',
  params: { type: 'object', additionalProperties: false, properties: {} },
  result: {},
  value: null,
  secretAt: [],
  sinkAt: {},
  forbidTemplateAt: [],
  kind: 'ask',
  timeout: 0,
};
