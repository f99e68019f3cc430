import { describe, expect, it } from 'vitest';
import { initialState } from '../../core/model/initial.ts';
import type { Plan } from '../../core/model/plan.ts';
import { checkExpression } from './condition.ts';
import { currentStepSchema, environmentSchema, runSchema, stepRoot, targetsSchema } from './roots.ts';
import { buildScope } from '../scope.ts';

const plan: Plan = {
  protocol: 1,
  hash: '',
  runbook: { id: 'x', title: 'X', sha: '', owners: [], links: {} },
  inputs: {},
  inputTypes: {},
  targets: { cache: { type: 'redis' } },
  environment: { name: 'lab', rehearsal: true, timeScale: 1, facts: { region: 'eu' } },
  lock: '',
  nodes: [
    {
      key: 'head',
      kind: 'effect',
      lane: 'main',
      title: 'Head',
      after: [],
      type: 'redis',
      effect: 'read',
      repeatable: true,
      attempts: 1,
      backoff: { first: 0, factor: 1, cap: 0, jitter: 0 },
      retryOn: [],
      timeout: 1,
      has: { when: false, doneWhen: false, confirm: false, offer: false, approve: false, undo: 'none' },
      onFailure: 'abort',
      critical: true,
      keep: 'ref',
      program: { params: {}, onNoData: 'fail' },
    },
  ],
  onAbort: 'ask',
  closingBudget: 1,
};

describe('schemas of the roots', () => {
  it('have exactly the names that a scope has', () => {
    const scope = buildScope(plan, initialState(plan), 'head', { nowMs: 0 });
    const steps = scope['steps'] as Readonly<Record<string, object>>;
    const names = (schema: { readonly [name: string]: unknown }): readonly string[] =>
      Object.keys(schema['properties'] as object).sort();
    expect(names(runSchema)).toEqual(Object.keys(scope['run'] as object).sort());
    expect(names(stepRoot({}, {}, false))).toEqual(Object.keys(steps['head'] ?? {}).sort());
    expect(names(currentStepSchema({}))).toEqual(Object.keys(scope['step'] as object).sort());
    expect(names(environmentSchema({ region: 'eu' }))).toEqual(Object.keys(scope['env'] as object).sort());
  });

  it('give later steps the type of a value, and of each item after forEach', () => {
    const roots = {
      steps: {
        type: 'object',
        properties: { one: stepRoot({ type: 'number' }, {}, false), each: stepRoot({ type: 'string' }, {}, true) },
      },
      targets: targetsSchema({ cache: { many: false } }),
    };
    expect(checkExpression('steps.one.value > 1 && steps.each.value["a"] == "b"', roots, 'bool').ok).toBe(true);
    expect(checkExpression('steps.each.value["a"] > 1', roots, 'bool').ok).toBe(false);
    expect(checkExpression('steps.each.failed.map(f, f.itm)', roots, 'list').ok).toBe(false);
    expect(checkExpression('targets.cahce == "x"', roots, 'bool').ok).toBe(false);
  });
});
