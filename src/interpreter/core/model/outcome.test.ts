import { expect, it } from 'vitest';
import { exitCodeOf } from './outcome.ts';

it.each([
  ['succeeded', 0],
  ['warning', 0],
  ['failed', 1],
  ['refused', 4],
  ['undone', 6],
  ['undo-failed', 7],
  ['not-answered', 8],
  ['unknown', 9],
  ['abandoned', 9],
  ['aborted', 11],
  ['timed-out', 124],
] as const)('%s is exit code %i', (outcome, code) => {
  expect(exitCodeOf(outcome)).toBe(code);
});
