/** A mutant must be a condition, and must accept more than the one it was made of. */
import { describe, expect, it } from 'vitest';
import { astOf } from './condition.ts';
import { loosened, tightened } from './loosen.ts';

describe('loosened', () => {
  it.each([
    ['value < 0.005', ['value < 0.05']],
    ['value <= 20', ['value <= 200']],
    ['value > 0.02', ['value > 0.002']],
    ['value >= 3', ['value >= 0']],
    ['0.02 < value', ['0.002 < value']],
    ['value > -5', ['value > -50']],
    ['value > 0', ['value >= 0']],
    ['0 < value', ['0 <= value']],
    ['value >= 0', ['value >= -1']],
    ['value <= 0.0', ['value <= 1.0']],
    ['!(value > 5)', ['!(value > 50)']],
    ['!(value > 0)', ['!(value > 1)']],
    ['value.all(v, v > 0.02)', ['value.all(v, v > 0.002)']],
    ['value > 1.5 && size(result.rows) < 4', ['value > 0.15 && size(result.rows) < 4', 'value > 1.5 && size(result.rows) < 40']],
    ['value < inputs.limit', ['value < 300']],
    [
      'inputs.open ? value < 2 : value < 1.0',
      ['inputs.open ? value < 20 : value < 1.0', 'inputs.open ? value < 2 : value < 10.0'],
    ],
  ])('%s', (source, expected) => {
    const found = loosened(source, { limit: 30, open: true });
    expect(found).toEqual(expected);
    for (const one of found) expect(astOf(one)).toBeDefined();
  });

  it.each([
    'value == 3',
    'value == "up"',
    '1 < 2',
    'size(value.filter(v, v > 2)) == 0',
    'value < steps.a.value',
    'value <',
    'none',
  ])('leaves %s alone', (source) => {
    expect(loosened(source)).toEqual([]);
  });
});

it('tightened comes true less often', () => {
  expect(tightened('value > 0.2')).toEqual(['value > 2.0']);
  expect(tightened('value < 0')).toEqual(['value < -1']);
  expect(tightened('value >= 0')).toEqual(['value > 0']);
});
