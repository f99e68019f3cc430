/** A rehearsal counts for the text that was rehearsed, when it passed, and for some time. */
import { expect, it } from 'vitest';
import type { LastRehearsal } from './due.ts';
import { whyDue } from './due.ts';

const day = 86_400_000;
const last: LastRehearsal = { at: '2026-03-01T10:00:00.000Z', age: 10 * day, sha: 'a', passed: true };

it.each([
  ['it was rehearsed lately', last, 'a', undefined],
  ['nothing is known of its text', last, undefined, undefined],
  ['there was no rehearsal', undefined, 'a', 'was never rehearsed on this machine'],
  ['it was changed', last, 'b', 'was changed since its last rehearsal on 2026-03-01'],
  ['the rehearsal failed', { ...last, passed: false }, 'a', 'failed its last rehearsal on 2026-03-01'],
  ['it was long ago', { ...last, age: 91 * day }, 'a', 'was last rehearsed on 2026-03-01, longer than 90d ago'],
])('%s', (_, rehearsal, sha, why) => {
  expect(whyDue(rehearsal, 90 * day, sha)).toBe(why);
});
