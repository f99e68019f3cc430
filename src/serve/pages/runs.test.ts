/** The page of runs stays as short with a thousand of them. */
import { expect, it } from 'vitest';
import type { RunListing } from '../../interpreter/store/run-directory.ts';
import { runsPage } from './runs.ts';

const person = { actor: { name: 'ana', host: 'h', auth: 'vouched' } } as const;
const runs = Array.from({ length: 1000 }, (_, index): RunListing => ({
  run: `run-${String(index).padStart(4, '0')}`,
  runbook: 'many',
  state: index % 4 === 0 ? 'waiting' : 'finished',
  operator: 'ana',
  startedAt: '2026-01-01T00:00:00.000Z',
}));
const rowsOf = (page: string): readonly string[] => [...page.matchAll(/href="\/runs\/(run-\d+)"/g)].map(([, run = '']) => run);
const linksOf = (page: string): readonly string[] =>
  [...page.matchAll(/href="\/\?before=(run-\d+)"/g)].map(([, run = '']) => run);

it('shows the newest of each list, and leads to every other one', () => {
  const seen = new Set<string>();
  const lists: (string | undefined)[] = [undefined];
  for (const before of lists) {
    const page = runsPage(person, runs, before).html;
    expect(rowsOf(page).length).toBeLessThanOrEqual(100);
    for (const run of rowsOf(page)) seen.add(run);
    for (const next of linksOf(page)) if (!lists.includes(next)) lists.push(next);
  }
  expect(seen.size).toBe(runs.length);
  expect(rowsOf(runsPage(person, runs).html).slice(0, 2)).toEqual(['run-0996', 'run-0992']);
});

it('leads nowhere when everything is on it', () => {
  expect(linksOf(runsPage(person, runs.slice(0, 10)).html)).toEqual([]);
});
