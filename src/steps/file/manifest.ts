import { credentialParts } from './credentials.ts';
import type { Manifest } from '../../interpreter/port/step-type.ts';

export const manifest: Manifest = {
  port: 1,
  type: 'file',
  summary: 'Reads a file of settings, or changes single keys of it and leaves the rest unchanged.',
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      read: { type: 'string', minLength: 1, description: 'Path of the file to read; relative to the folder of the runbook.' },
      edit: { type: 'string', minLength: 1, description: 'Path of the file to change.' },
      set: {
        type: 'object',
        additionalProperties: { type: ['string', 'number', 'boolean'] },
        minProperties: 1,
        description: 'Dotted key -> value. The keys must be there already.',
      },
      format: {
        enum: ['yaml', 'json', 'toml', 'ini', 'env', 'text'],
        description: 'How it is read; default by the ending of the name.',
      },
    },
  },
  result: {
    type: 'object',
    properties: {
      path: { type: 'string' },
      sha: { type: 'string', description: 'SHA-256 of the content.' },
      text: { type: 'string' },
      data: { description: 'The content, for formats with structure.' },
      changes: {
        type: 'object',
        additionalProperties: { type: 'object', properties: { from: {}, to: {} } },
        description: 'Key -> from, to.',
      },
    },
  },
  value: 'result.data',
  secretAt: ['/set/*'],
  sensitiveAt: credentialParts.map((part) => `/changes/*${part}*/from`),
  sinkAt: { '/read': 'path', '/edit': 'path' },
  forbidTemplateAt: [],
  target: { types: ['ssh'], schema: { type: 'object' }, required: false },
  kind: 'effect',
  timeout: 15_000,
};
