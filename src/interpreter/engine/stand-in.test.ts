/** A plan in which a step only pretends, or a check is changed, is one for rehearsals, whoever wrote its file. */
import { expect, it } from 'vitest';
import type { Plan } from '../core/model/plan.ts';
import { refuseMutant } from './stand-in.ts';

const plan = (rehearsal: boolean, mutant: Partial<Plan> = {}): Plan =>
  ({ environment: { name: 'production', rehearsal, timeScale: 1, facts: {} }, ...mutant }) as unknown as Plan;
const pretends: Partial<Plan> = { standIns: { node: 'restart', nodes: ['x'], role: 'do', answers: {} } };
const varied: Partial<Plan> = { variation: { is: 'removed', node: 'isDown' } };

it('is refused in an environment that is not marked as a rehearsal, and only there', () => {
  expect(refuseMutant(plan(false, pretends))).toMatch(/restart.*"production" is not marked as a rehearsal/);
  expect(refuseMutant(plan(false, varied))).toMatch(/isDown.*"production" is not marked as a rehearsal/);
  expect(refuseMutant(plan(true, pretends))).toBeUndefined();
  expect(refuseMutant(plan(true, varied))).toBeUndefined();
  expect(refuseMutant(plan(false))).toBeUndefined();
});
