/** What a rehearsal shortens, and how far. */
import { expect, it } from 'vitest';
import { convertDurations } from './scaling.ts';

const manifest = { durationAt: ['/past/every', '/increase', '/maxAge'], scaledAt: ['/increase'], intervalAt: ['/past/every'] };
const holding = {
  durationAt: ['/hold', '/within'],
  intervalAt: ['/hold'],
  params: { properties: { hold: { default: '3s' }, within: { default: '1m' } } },
};

it.each([
  ['an interval between readings, down to a second', { past: { every: '1m' } }, 120, { past: { every: 1_000 } }],
  ['an interval of hours by the whole scale', { past: { every: '1h' } }, 60, { past: { every: 60_000 } }],
  ['not an interval that is short as it is', { past: { every: '500ms' } }, 60, { past: { every: 500 } }],
  ['a window by the whole scale', { increase: '2m' }, 60, { increase: 2_000 }],
  ['nothing outside of rehearsals', { past: { every: '1m' }, increase: '5m' }, 1, { past: { every: 60_000 }, increase: 300_000 }],
  ['not an age that depends on machines', { maxAge: '1m' }, 60, { maxAge: 60_000 }],
])('scales %s', (_, params, timeScale, scaled) => {
  expect(convertDurations(params, manifest, timeScale)).toEqual(scaled);
});

it.each([
  ['a default that nobody has written', {}, 30, { hold: 1_000 }],
  ['what is written instead of a default', { hold: '2m' }, 30, { hold: 4_000 }],
  ['no default outside of rehearsals: the step type has its own', {}, 1, {}],
])('scales %s', (_, params, timeScale, scaled) => {
  expect(convertDurations(params, holding, timeScale)).toEqual(scaled);
});
