import { describe, expect, it } from 'vitest';
import { clockText, durationText, valueText } from './format.ts';

describe('durations as people read them', () => {
  it.each([
    [0, '0ms'],
    [850, '850ms'],
    [12_340, '12.3s'],
    [245_000, '4m05s'],
    [3_720_000, '1h02m'],
  ])('%i ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('shows the run clock with a fixed width', () => {
    expect(clockText(65_400)).toBe('01:05.4');
  });
});

describe('values in one line', () => {
  it('says nothing for nothing', () => {
    expect([valueText(undefined), valueText({ json: null }), valueText({ json: {} })]).toEqual(['', '', '']);
  });

  it('folds line breaks and cuts what is long', () => {
    expect(valueText({ json: 'a\nb' })).toBe('a⏎b');
    expect(valueText({ json: 'x'.repeat(300) }, 10)).toHaveLength(10);
  });
});
