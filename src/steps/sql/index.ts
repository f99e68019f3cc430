import type { Json } from '../../interpreter/core/model/value.ts';
import type { Facts, StepType } from '../../interpreter/port/step-type.ts';
import { shortName, textOf } from '../../interpreter/port/text.ts';
import { classify } from './classify.ts';
import { manifest } from './manifest.ts';

/** What columns there are only the server knows. */
const schemas: Readonly<Record<string, Json>> = {
  rows: { type: 'array', items: {} },
  rowCount: { type: 'integer' },
};

export const stepType: StepType = {
  manifest,
  facts: (params): Facts => {
    const { query: sql } = params;
    const found = classify(typeof sql === 'string' ? sql : '');
    const own = found.ok ? found.statement.effect : 'write';
    const effect = own === 'read' && params['writes'] === true ? 'write' : own;
    const returns = textOf(params['returns'] ?? (own === 'read' ? 'rows' : 'rowCount'));
    return {
      effect,
      repeatable: effect === 'read',
      observe: effect === 'read',
      undo: 'none',
      value: `result.${returns}`,
      // Of a statement that nobody can read, its kind of answer is not known either.
      valueSchema: found.ok ? (schemas[returns] ?? {}) : {},
    };
  },
  does: ({ query }) => `SQL: ${shortName(query)}`,
  lint: async () => (await import('./lint.ts')).openLint(),
  lintEntry: async () => (await import('./lint-entry.ts')).lintEntry,
  asCommand: async () => (await import('./as-command.ts')).asCommand,
  load: async () => (await import('./run.ts')).runner,
};
