import { describe, expect, it } from 'vitest';
import type { RunFacts } from './stats.ts';
import { statsOf } from './stats.ts';

const run = (more: Partial<RunFacts>): RunFacts => ({
  runbook: 'a',
  rehearsal: false,
  startedAt: '2026-03-01T00:00:00.000Z',
  outcome: 'succeeded',
  took: 1000,
  ...more,
});

describe('statistics of runs', () => {
  it('count runs and rehearsals of each runbook, in the order of names', () => {
    const all = statsOf([run({ runbook: 'b' }), run({}), run({ rehearsal: true })]);
    expect(all.map(({ runbook, runs, rehearsals }) => [runbook, runs, rehearsals])).toEqual([
      ['a', 2, 1],
      ['b', 1, 0],
    ]);
  });

  it('say how long the finished ones took: median and longest', () => {
    const { outcome, took, ...unfinished } = run({});
    void [outcome, took];
    const [one] = statsOf([run({ took: 5000 }), run({ took: 1000 }), run({ took: 3000 }), unfinished]);
    expect([one?.median, one?.longest]).toEqual([3000, 5000]);
  });

  it('say how many of the finished ones succeeded, warnings included, and where the others failed, most frequent first', () => {
    const failed = (step: string): RunFacts => run({ outcome: 'failed', failedAt: step });
    const [one] = statsOf([run({ outcome: 'warning' }), failed('y'), failed('x'), failed('x')]);
    expect(one?.successRate).toBe(0.25);
    expect(one?.failedAt).toEqual([
      { step: 'x', times: 2 },
      { step: 'y', times: 1 },
    ]);
  });

  it('name the last rehearsal that succeeded; one that failed rehearsed nothing', () => {
    const [one] = statsOf([
      run({ rehearsal: true, startedAt: '2026-01-01T00:00:00.000Z' }),
      run({ rehearsal: true, startedAt: '2026-02-01T00:00:00.000Z', outcome: 'failed' }),
      run({ startedAt: '2026-03-01T00:00:00.000Z' }),
    ]);
    expect(one?.lastRehearsed).toBe('2026-01-01T00:00:00.000Z');
    expect(one?.lastRun).toBe('2026-03-01T00:00:00.000Z');
  });

  it('have neither times nor a share where nothing has finished', () => {
    const { outcome, took, ...unfinished } = run({});
    void [outcome, took];
    const [one] = statsOf([unfinished]);
    expect(one).not.toHaveProperty('median');
    expect(one).not.toHaveProperty('successRate');
  });
});
