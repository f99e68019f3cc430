import { describe, expect, it } from 'vitest';
import { list, planOf } from './plans.ts';
import { simulate } from './simulate.ts';

/** Time of a whole run of so many steps, best of three: a noisy machine only adds. */
function timeOf(steps: number): number {
  const plan = planOf(
    list(
      'main',
      Array.from({ length: steps }, (_, index) => [`step${String(index)}`] as const),
    ),
  );
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    const run = simulate(plan, {}, [], 1_000_000);
    expect(run.state.outcome).toBe('succeeded');
    return performance.now() - start;
  });
  return Math.min(...times);
}

describe('cost', () => {
  it('grows with the number of steps, not with its square', () => {
    timeOf(500);
    expect(timeOf(4000) / timeOf(500)).toBeLessThan(8 * 4);
  });
});
