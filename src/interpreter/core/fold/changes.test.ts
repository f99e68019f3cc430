import { describe, expect, it } from 'vitest';
import { list, planOf } from '../../../../test/core/plans.ts';
import { failing, nothing, ok, type Played, type Run, simulate, type VirtualWorld } from '../../../../test/core/simulate.ts';
import type { Plan } from '../model/plan.ts';
import { changesLeft } from './changes.ts';

describe('what a run has changed', () => {
  const left = (run: Run, plan: Plan): unknown => changesLeft(plan, run.state).map((one) => [one.key, one.changed, one.undo]);
  it.each([
    [{ outcome: { is: 'ok', changed: true, value: nothing, result: nothing } }, [['one', 'yes', 'none']]],
    [{ outcome: { is: 'ok', changed: false, value: nothing, result: nothing } }, []],
    [failing('connection', 'unknown'), [['one', 'perhaps', 'none']]],
    [failing('connection', 'notStarted'), []],
    [failing('exit-code'), []],
    [{ outcome: { ...failing('exit-code').outcome, changed: 'unknown' } }, [['one', 'perhaps', 'none']]],
  ] as const)('is known from the outcome of a write: %j', (performed, expected) => {
    const plan = planOf(list('main', [['one']]));
    expect(left(simulate(plan, { perform: () => performed as Played, answer: () => 'unanswered' }), plan)).toEqual(expected);
  });
  it.each([
    ['done', [['one', 'yes', 'none']]],
    ['unanswered', [['one', 'perhaps', 'none']]],
  ])('is known from people when the outcome is not: %s', (verdict, expected) => {
    const plan = planOf(list('main', [['one']]));
    const run = simulate(plan, { perform: () => failing('connection', 'unknown'), answer: () => verdict });
    expect(left(run, plan)).toEqual(expected);
  });
  it('is perhaps when the engine was lost in between', () => {
    const plan = planOf(list('main', [['one']]));
    const { journal } = simulate(plan);
    const cut = journal.slice(
      0,
      journal.findIndex((event) => event.type === 'attempt.finished'),
    );
    expect(left(simulate(plan, { answer: () => 'unanswered' }, cut), plan)).toEqual([['one', 'perhaps', 'none']]);
  });
  it('is told by the items of a list, not by the list', () => {
    const plan = planOf(list('main', [['each', { forEach: { limit: 1, maxErrors: 0 } }]]));
    const items = { items: [{ json: 1 }, { json: 2 }] };
    expect(left(simulate(plan, { resolve: () => items }), plan)).toEqual([
      ['each[0]', 'yes', 'none'],
      ['each[1]', 'yes', 'none'],
    ]);
  });
  it('stays when taking it back failed, with the reason', () => {
    const plan = planOf(
      list('main', [
        ['one', { has: { undo: 'restore' } }],
        ['bad', { onFailure: 'undo' }],
      ]),
    );
    const perform: VirtualWorld['perform'] = (_n, key, _k, role) => (key === 'bad' || role === 'undo' ? failing() : ok);
    const run = simulate(plan, { perform });
    expect(changesLeft(plan, run.state)).toMatchObject([
      { key: 'one', changed: 'yes', undo: 'failed', fault: { message: 'as the world wants it' } },
    ]);
  });
});
