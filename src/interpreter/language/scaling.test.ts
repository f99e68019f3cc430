/** Durations among the parameters of a step, as its runner gets them. */
import { expect, it } from 'vitest';
import { convertDurations } from './scaling.ts';

const manifest = { durationAt: ['/increase', '/limits/*'], scaledAt: ['/increase'] };

it.each([
  [1, { increase: 120_000, limits: [60_000, 5000] }],
  [60, { increase: 2000, limits: [60_000, 5000] }],
])('are milliseconds, and a time scale of %i shortens the waits among them', (timeScale, expected) => {
  expect(convertDurations({ increase: '2m', limits: ['1m', '5s'] }, manifest, timeScale)).toEqual(expected);
});
