import type { Json } from '../../interpreter/core/model/value.ts';
import type { Facts, StepType } from '../../interpreter/port/step-type.ts';
import { shortName } from '../../interpreter/port/text.ts';
import { manifest } from './manifest.ts';

export const stepType: StepType = {
  manifest,
  facts,
  does: ({ query }) => `Read ${shortName(query)}`,
  lint: async () => (await import('./lint.ts')).lint,
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  asCommand: async () => (await import('./as-command.ts')).asCommand,
  load: async () => (await import('./run.ts')).runner,
};

export function facts(params: Readonly<Record<string, Json>>): Facts {
  const labels: Json = { type: 'object', additionalProperties: { type: 'string' } };
  const series: Json = {
    type: 'array',
    items: { type: 'object', properties: { labels, value: { type: 'number' }, at: { type: 'number' } } },
  };
  const number: Json = { type: 'number' };
  const valueSchema =
    params['returns'] === 'series' ? series : params['past'] !== undefined ? { type: 'array', items: number } : number;
  return { effect: 'read', repeatable: true, observe: true, undo: 'none', valueSchema };
}
