import { describe, expect, it } from 'vitest';
import type { Point } from './chart.ts';
import { chart } from './chart.ts';
import { waitNow } from './wait.ts';

const reading = (t: number, value: number, holds: Point['holds']): Point => ({ t, value, text: String(value), holds });
const readings = [reading(1000, 5, 'false'), reading(2000, 1, 'true'), reading(3000, 1, 'true')];

describe('the state of a wait', () => {
  it('by one clock: value and age, held of needed, what is left', () => {
    expect(waitNow({ readings, hold: 10_000, now: 3500, until: 20_000, then: 'it fails' })).toBe(
      'now: 1 (500ms ago)  ·  holds 1.5s of 10.0s  ·  16.5s left, then it fails',
    );
  });
  it('after a reading that does not hold, the time begins anew', () => {
    const broken = [...readings, reading(4000, 7, 'false'), reading(5000, 1, 'true')];
    expect(waitNow({ readings: broken, hold: 10_000, now: 5000, until: 0, then: '' })).toContain(
      'holds 0ms of 10.0s  ·  no limit',
    );
  });
  it('says nothing before the first reading', () => {
    expect(waitNow({ readings: [], hold: 0, now: 0, until: 5, then: '' })).toBe('');
  });
});

describe('a curve', () => {
  it('that is flat is a line, with and without a threshold', () => {
    const flat = Array.from({ length: 6 }, (_, t) => reading(t, 0, 'true'));
    const options = { width: 14, height: 2 };
    expect(chart(flat, { ...options, threshold: 4 })).toEqual(['4 │┄┄┄┄┄┄', '0 │──────']);
    expect(chart(flat, options).filter((line) => line.includes('──────'))).toHaveLength(1);
    expect(chart(flat, { ...options, ascii: true }).filter((line) => line.includes('======'))).toHaveLength(1);
  });
});
