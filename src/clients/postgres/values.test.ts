import { describe, expect, it } from 'vitest';
import { decode } from './values.ts';

const money = 790;
const noArrays = (): readonly unknown[] => [];

describe('an amount of money', () => {
  it.each([
    ['$12.34', '12.34'],
    ['-$1,234.50', '-1234.50'],
    ['($0.99)', '-0.99'],
    ['$92,233,720,368,547,758.07', '92233720368547758.07'],
    ['1.234.567,89 €', '1234567.89'],
    ['12,34,567.89', '1234567.89'],
    ["CHF 1'234.50", '1234.50'],
    ['1\u202f234,50 €', '1234.50'],
    ['KD 1,234.500', '1234.500'],
    ['¥1,234,567', '1234567'],
    ['¥12', '12'],
  ])('%s is read as %s, exactly', (text, amount) => {
    expect(decode(money, text, noArrays)).toEqual({ json: amount, int64: [] });
  });

  it.each([['¥1,234'], ['KD 1.500'], ['nothing']])('%s stays unchanged: it could be read in two ways, or in none', (text) => {
    expect(decode(money, text, noArrays).json).toBe(text);
  });
});
