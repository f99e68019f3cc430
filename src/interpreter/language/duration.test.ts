import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration, readableDuration } from './duration.ts';

describe('durations', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['2d', 172_800_000],
    ['1s500ms', 1_500],
    ['0s', 0],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['5M', '90', '1 h', '5m1h', '5m5m', '', '-5s', 'PT5M', '1.5h', '99999d'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('writes what it reads', () => {
    for (const text of ['30s', '1h30m', '250ms', '2d', '1s500ms', '20m'])
      expect(formatDuration(parseDuration(text) ?? -1)).toBe(text);
  });

  it('rounds for people', () => {
    expect(readableDuration(724_321)).toBe('12m4s');
    expect(readableDuration(5_425_000)).toBe('1h30m');
    expect(readableDuration(42)).toBe('42ms');
  });
});
