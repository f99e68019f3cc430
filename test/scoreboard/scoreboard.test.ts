/** The quick tier of the scoreboard: each promise of docs/testing.md is tried a little on every run of the tests. */
import { expect, it } from 'vitest';
import { measures } from './measures.ts';

it.each(measures.map((one) => [one.id, one.title, one] as const))('%s %s', { timeout: 300_000 }, async (_id, _title, measure) => {
  const score = await measure.run('quick', 1);
  expect(score.violations).toEqual([]);
  expect(score.cases).toBeGreaterThan(0);
});
