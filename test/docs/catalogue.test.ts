/** No row of the source documents is lost: each is marked at a step, and each mark is a row. */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { gaps, marksOf, sources } from '../../scripts/catalogue.mjs';

const runbooks = sources().flatMap((source) => source.runbooks);

it('has 65 runbooks, each name once, and all of them are written', () => {
  expect(new Set(runbooks.map(({ id }) => id)).size).toBe(65);
  expect(runbooks.filter(({ path }) => !existsSync(path))).toEqual([]);
});

it('covers every row of the runbooks that are written', () => {
  expect(gaps()).toEqual([]);
});

it('knows what a mark belongs to', () => {
  const marks = marksOf('runbooks.yaml.d/realtime/ws-desync.yaml');
  expect(marks.get('01.18')).toMatchObject([{ id: 'cacheEqual' }]);
  expect(marks.get('01.22')).toMatchObject([{ id: 'evidence' }, { id: 'comms' }]);
  expect(marks.get('01.1')).toMatchObject([{ id: 'alertHolds', type: 'metric' }]);
});
