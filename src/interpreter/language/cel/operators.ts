/** Operators of conditions. Stricter than CEL where CEL is silent: text against a number is an error, NaN never appears. */
import type { BinaryOperator } from './ast.ts';
import { fail } from './failure.ts';
import { between, compareMoments, later } from '../moment.ts';
import { Span, isList, isRecord, kindOf } from '../value.ts';

const largest = 2n ** 63n - 1n;
const smallest = -(2n ** 63n);

export const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

export function binary(op: BinaryOperator, left: unknown, right: unknown): unknown {
  switch (op) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case 'in':
      return member(left, right);
    case '<':
      return order(op, left, right) < 0;
    case '<=':
      return order(op, left, right) <= 0;
    case '>':
      return order(op, left, right) > 0;
    case '>=':
      return order(op, left, right) >= 0;
    default:
      return arithmetic(op, left, right);
  }
}

/** -1, 0, 1. Integers and doubles compare by value, exactly. */
export function order(op: string, left: unknown, right: unknown): number {
  if (isNumber(left) && isNumber(right)) return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') return orderTexts(left, right);
  if (left instanceof Span && right instanceof Span) return Math.sign(left.ms - right.ms);
  if (left instanceof Date && right instanceof Date) return Math.sign(compareMoments(left, right));
  return mismatch(op, left, right);
}

/** Nothing (null) differs from everything else; other kinds must agree. */
export function equal(left: unknown, right: unknown): boolean {
  if (left === null || right === null) return left === right;
  if (isNumber(left) && isNumber(right)) return left == right;
  if (left instanceof Span && right instanceof Span) return left.ms === right.ms;
  if (left instanceof Date && right instanceof Date) return compareMoments(left, right) === 0;
  if (isList(left) && isList(right))
    return left.length === right.length && left.every((one, index) => equal(one, right[index] ?? null));
  if (isRecord(left) && isRecord(right)) return equalMaps(left, right);
  if (typeof left === typeof right && typeof left !== 'object') return left === right;
  return mismatch('==', left, right);
}

function equalMaps(left: Readonly<Record<string, unknown>>, right: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && equal(left[key] ?? null, right[key] ?? null));
}

function member(wanted: unknown, container: unknown): boolean {
  if (isRecord(container)) return Object.hasOwn(container, keyText(wanted));
  if (!isList(container)) {
    return fail(
      'type-mismatch',
      `"in" needs a list or a map, not ${kindOf(container)}`,
      typeof container === 'string' ? 'for text write a.contains(b)' : undefined,
    );
  }
  let mismatched: unknown;
  for (const one of container) {
    if (one !== null && wanted !== null && differInKind(one, wanted)) mismatched = one;
    else if (equal(one, wanted)) return true;
  }
  return mismatched === undefined ? false : mismatch('in', wanted, mismatched);
}

const differInKind = (left: unknown, right: unknown): boolean => kindOf(left) !== kindOf(right);

/** Keys of JSON maps are text; numbers and true/false are looked up by their text, as forEach does with its items. */
export function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  if (isNumber(key) || typeof key === 'boolean') return String(key);
  return fail('type-mismatch', `the key of a map must be text, not ${kindOf(key)}`);
}

function mismatch(op: string, left: unknown, right: unknown): never {
  const kinds = [kindOf(left), kindOf(right)];
  const hint =
    kinds.includes('text') && kinds.includes('a number') ? 'convert one of them: number(text) or string(number)' : undefined;
  const verb =
    op === '+' || op === '-' || op === '*' || op === '/' || op === '%' ? `"${op}" is not defined for` : `cannot compare (${op})`;
  return fail('type-mismatch', `${verb} ${kinds.join(' and ')}`, hint);
}

function arithmetic(op: '+' | '-' | '*' | '/' | '%', left: unknown, right: unknown): unknown {
  if (isNumber(left) && isNumber(right)) return numeric(op, left, right);
  if (op === '+') {
    if (typeof left === 'string' && typeof right === 'string') return left + right;
    if (isList(left) && isList(right)) return [...left, ...right];
    if (left instanceof Date && right instanceof Span) return shifted(left, right.ms);
    if (left instanceof Span && right instanceof Date) return shifted(right, left.ms);
    if (left instanceof Span && right instanceof Span) return spanOf(left.ms + right.ms);
  }
  if (op === '-') {
    if (left instanceof Date && right instanceof Date) return spanOf(between(left, right));
    if (left instanceof Date && right instanceof Span) return shifted(left, -right.ms);
    if (left instanceof Span && right instanceof Span) return spanOf(left.ms - right.ms);
  }
  if (op === '*' && left instanceof Span && isNumber(right)) return spanOf(left.ms * Number(right));
  if (op === '/' && left instanceof Span && isNumber(right)) return spanOf(Number(numeric('/', left.ms, right)));
  return mismatch(op, left, right);
}

/**
 * Integers stay exact among themselves (7 / 2 is 3, as in CEL). JSON numbers are doubles, so `value / 2` is 1.5 for 3; mixed operands
 * become doubles, except where an offset beyond 2^53 would lose digits.
 */
export function numeric(op: '+' | '-' | '*' | '/' | '%', left: number | bigint, right: number | bigint): number | bigint {
  if ((op === '/' || op === '%') && Number(right) === 0) {
    return fail('division-by-zero', 'division by zero', 'guard it, or say with onNoData what nothing means', 'noData');
  }
  if (typeof left === 'bigint' && typeof right === 'bigint') return integers(op, left, right);
  const mixed = typeof left === 'bigint' || typeof right === 'bigint';
  if (mixed && op !== '/' && [left, right].some(isBeyondDoubles) && isWhole(left) && isWhole(right)) {
    return integers(op, BigInt(left), BigInt(right));
  }
  return finite(doubles(op, Number(left), Number(right)));
}

const isBeyondDoubles = (value: number | bigint): boolean => typeof value === 'bigint' && !Number.isSafeInteger(Number(value));
const isWhole = (value: number | bigint): boolean => typeof value === 'bigint' || Number.isSafeInteger(value);

function integers(op: '+' | '-' | '*' | '/' | '%', left: bigint, right: bigint): bigint {
  const result = {
    '+': () => left + right,
    '-': () => left - right,
    '*': () => left * right,
    '/': () => left / right,
    '%': () => left % right,
  }[op]();
  return within64(result);
}

/** Integers have 64 bits: what does not fit is an error, never another number. */
export const within64 = (value: bigint): bigint =>
  value > largest || value < smallest ? fail('overflow', 'the number does not fit into 64 bits') : value;

/** By code points; the units of JavaScript put an emoji before some letters. */
function orderTexts(left: string, right: string): number {
  if (left === right) return 0;
  if (!surrogate.test(left) && !surrogate.test(right)) return left < right ? -1 : 1;
  const [a, b] = [[...left], [...right]];
  const at = a.findIndex((one, index) => one !== b[index]);
  return at < 0 ? -1 : (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? -1) < 0 ? -1 : 1;
}

const surrogate = /[\ud800-\udfff]/;

const shifted = (moment: Date, ms: number): Date =>
  later(moment, ms) ?? fail('overflow', 'the timestamp is not within the years 0001 to 9999');

/** CEL allows ten thousand years. */
const longestSpan = 315_576_000_000_000;
const spanOf = (ms: number): Span =>
  Math.abs(ms) <= longestSpan ? new Span(ms) : fail('overflow', 'the duration is longer than 10,000 years');

function doubles(op: '+' | '-' | '*' | '/' | '%', left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

/** NaN and infinities never get into a condition: they are no data (L4). */
export function finite(value: number): number {
  return Number.isFinite(value) ? value : fail('not-a-number', 'the result is not a finite number', undefined, 'noData');
}

export function negate(value: unknown): unknown {
  if (typeof value === 'bigint') return within64(-value);
  if (typeof value === 'number') return -value;
  return value instanceof Span ? new Span(-value.ms) : fail('type-mismatch', `"-" needs a number, not ${kindOf(value)}`);
}
