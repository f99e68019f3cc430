/** A plan in which a step only pretends is one for rehearsals, whoever wrote its file. */
import { expect, it } from 'vitest';
import type { Plan } from '../core/model/plan.ts';
import { refuseStandIns } from './stand-in.ts';

const plan = (rehearsal: boolean, pretends: boolean): Plan =>
  ({
    environment: { name: 'production', rehearsal, timeScale: 1, facts: {} },
    ...(pretends ? { standIns: { node: 'restart', role: 'do', answers: {} } } : {}),
  }) as unknown as Plan;

it('is refused in an environment that is not marked as a rehearsal, and only there', () => {
  expect(refuseStandIns(plan(false, true))).toMatch(/restart.*"production" is not marked as a rehearsal/);
  expect(refuseStandIns(plan(true, true))).toBeUndefined();
  expect(refuseStandIns(plan(false, false))).toBeUndefined();
});
