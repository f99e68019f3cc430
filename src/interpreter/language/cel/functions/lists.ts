/** Functions of lists and maps. */
import { fail } from '../failure.ts';
import { equal, isNumber, numeric, order } from '../operators.ts';
import { isList, isRecord, kindOf } from '../../value.ts';
import { toText } from './convert.ts';
import type { Kind, Named } from './entry.ts';
import { entry, index, listArgument, textArgument } from './entry.ts';

const sized: readonly Kind[] = ['string', 'list', 'map', 'record'];

export function size(value: unknown): bigint {
  if (typeof value === 'string') return BigInt([...value].length);
  if (isList(value)) return BigInt(value.length);
  return isRecord(value) ? BigInt(Object.keys(value).length) : fail('type-mismatch', `size() cannot take ${kindOf(value)}`);
}

function extreme(values: readonly unknown[], sign: 1 | -1): unknown {
  const all = values.length === 1 && isList(values[0]) ? values[0] : values;
  if (all.length === 0) return fail('empty-list', 'there is no minimum or maximum of nothing', undefined, 'noData');
  return all.reduce((best, one) => (order('<', one, best) * sign > 0 ? one : best));
}

function sum(value: unknown): number | bigint {
  return listArgument(value).reduce<number | bigint>((total, one) => {
    return isNumber(one) ? numeric('+', total, one) : fail('type-mismatch', `sum() needs numbers, not ${kindOf(one)}`);
  }, 0n);
}

/** Quadratic for mixed lists, therefore bounded. */
function distinct(value: unknown): readonly unknown[] {
  const all = listArgument(value);
  if (all.every((one) => typeof one === 'string' || typeof one === 'boolean')) return [...new Set(all)];
  if (all.length > 5_000) return fail('too-large', 'distinct() takes at most 5000 members that are not text');
  const kept: unknown[] = [];
  for (const one of all) if (!kept.some((other) => kindOf(other) === kindOf(one) && equal(other, one))) kept.push(one);
  return kept;
}

const valuesOf = (value: unknown): readonly unknown[] =>
  isRecord(value)
    ? Object.values(value)
    : isList(value)
      ? value
      : fail('type-mismatch', `values() needs a map, not ${kindOf(value)}`);

function join(value: unknown, separator: unknown = ''): string {
  return listArgument(value)
    .map((one) => toText(one))
    .join(textArgument(separator));
}

/** As `sort` does: numbers by size, texts by their characters, times by their moment. */
const sorted = (value: unknown): readonly unknown[] => [...listArgument(value)].sort(compare);

export const compare = (a: unknown, b: unknown): number => order('sort', a, b);

/** The `count` greatest, the greatest first. */
const top = (value: unknown, count: unknown): readonly unknown[] => [...sorted(value)].reverse().slice(0, amount(count));

function amount(value: unknown): number {
  const count = index(value);
  return Number.isInteger(count) && count >= 0
    ? count
    : fail('out-of-range', 'the number of members must be a whole number from 0');
}

/** As `sort | uniq -c | sort -rn`: how often each text or number is there, the most frequent first. */
function counts(value: unknown): readonly unknown[] {
  const found = new Map<string, { readonly value: unknown; count: bigint }>();
  for (const one of listArgument(value)) {
    const key = `${typeof one} ${toText(one)}`;
    const before = found.get(key);
    if (before === undefined) found.set(key, { value: one, count: 1n });
    else before.count += 1n;
  }
  return [...found.values()].sort((a, b) => Number(b.count - a.count));
}

function average(value: unknown): number {
  const all = listArgument(value);
  return all.length === 0
    ? fail('empty-list', 'there is no average of nothing', undefined, 'noData')
    : Number(sum(all)) / all.length;
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === '') return true;
  if (typeof value === 'string') return false;
  if (isList(value)) return value.length === 0;
  if (isRecord(value)) return Object.keys(value).length === 0;
  return fail(
    'type-mismatch',
    `emptiness is asked of lists, maps and texts, not of ${kindOf(value)}`,
    'compare a number: value == 0',
  );
}

const flat = (value: unknown): readonly unknown[] => listArgument(value).flatMap((one) => (isList(one) ? [...one] : [one]));

export const listGlobals: Named = [
  ['size', entry(size, [1], 'int', sized)],
  ['empty', entry(isEmpty, [1], 'bool', sized)],
  ['values', entry(valuesOf, [1], 'list', ['map', 'record', 'list'])],
  ['distinct', entry(distinct, [1], 'list', 'list')],
  ['min', entry((...all) => extreme(all, -1), [1, 2, 3, 4, 5, 6], 'element')],
  ['max', entry((...all) => extreme(all, 1), [1, 2, 3, 4, 5, 6], 'element')],
  ['sum', entry(sum, [1], 'number', 'list')],
  ['avg', entry(average, [1], 'number', 'list')],
];

export const listMethods: Named = [
  ['size', entry(size, [1], 'int', sized)],
  ['join', entry(join, [1, 2], 'string', 'list', 'string')],
  ['sum', entry(sum, [1], 'number', 'list')],
  ['avg', entry(average, [1], 'number', 'list')],
  ['min', entry((value) => extreme([listArgument(value)], -1), [1], 'element', 'list')],
  ['max', entry((value) => extreme([listArgument(value)], 1), [1], 'element', 'list')],
  ['distinct', entry(distinct, [1], 'list', 'list')],
  ['values', entry(valuesOf, [1], 'list', ['map', 'record', 'list'])],
  ['sort', entry(sorted, [1], 'list', 'list')],
  ['reverse', entry((value) => [...listArgument(value)].reverse(), [1], 'list', 'list')],
  ['top', entry(top, [2], 'list', 'list', 'number')],
  ['first', entry((value, count) => listArgument(value).slice(0, amount(count)), [2], 'list', 'list', 'number')],
  ['last', entry((value, count) => lastOf(listArgument(value), amount(count)), [2], 'list', 'list', 'number')],
  ['counts', entry(counts, [1], 'counts', 'list')],
  ['flatten', entry(flat, [1], 'dynList', 'list')],
];

const lastOf = (all: readonly unknown[], count: number): readonly unknown[] => (count === 0 ? [] : all.slice(-count));
