/** Prints how many times as long the core needs for eight times as many steps; each is the best of three. Bundled and started by run.mjs. */
import { list, planOf } from '../test/core/plans.ts';
import { simulate } from '../test/core/simulate.ts';

function timeOf(steps: number): number {
  const ids = Array.from({ length: steps }, (_, index) => [`step${String(index)}`] as const);
  const plan = planOf(list('main', ids));
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    const { state } = simulate(plan, {}, [], 1_000_000);
    if (state.outcome !== 'succeeded') throw new Error(`the run ended as ${String(state.outcome)}`);
    return performance.now() - start;
  });
  return Math.min(...times);
}

timeOf(500);
process.stdout.write(String(timeOf(4000) / timeOf(500)));
