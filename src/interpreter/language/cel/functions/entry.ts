/** One function of conditions, and how its arguments are narrowed. Methods are functions of their receiver. */
import { fail } from '../failure.ts';
import { isNumber } from '../operators.ts';
import { Span, isList, kindOf } from '../../value.ts';

export type Apply = (...values: readonly unknown[]) => unknown;

export interface FunctionEntry {
  readonly apply: Apply;
  /** Number of arguments, the receiver included. */
  readonly arity: readonly number[];
  readonly returns:
    | 'bool'
    | 'int'
    | 'number'
    | 'string'
    | 'duration'
    | 'timestamp'
    | 'strings'
    | 'element'
    | 'list'
    | 'dynList'
    | 'counts'
    | 'dyn';
  /** What the first argument may be, for the checker. */
  readonly takes?: readonly Kind[];
  /** What all others must be. */
  readonly rest?: 'string' | 'number';
}

/** Functions by their names. */
export type Named = readonly (readonly [name: string, FunctionEntry])[];

export type Kind = 'bool' | 'int' | 'number' | 'string' | 'duration' | 'timestamp' | 'list' | 'map' | 'record';

export const textArgument = (value: unknown): string =>
  typeof value === 'string' ? value : fail('type-mismatch', `text is needed, not ${kindOf(value)}`);
export const listArgument = (value: unknown): readonly unknown[] =>
  isList(value) ? value : fail('type-mismatch', `a list is needed, not ${kindOf(value)}`);
export const index = (value: unknown): number =>
  isNumber(value) ? Number(value) : fail('type-mismatch', `a number is needed, not ${kindOf(value)}`);
export const span = (value: unknown): Span =>
  value instanceof Span ? value : fail('type-mismatch', `a duration is needed, not ${kindOf(value)}`);
export const moment = (value: unknown): Date =>
  value instanceof Date ? value : fail('type-mismatch', `a timestamp is needed, not ${kindOf(value)}`);

export const entry = (
  apply: Apply,
  arity: readonly number[],
  returns: FunctionEntry['returns'],
  takes?: Kind | readonly Kind[],
  rest?: FunctionEntry['rest'],
): FunctionEntry => ({
  apply,
  arity,
  returns,
  ...(takes === undefined ? {} : { takes: typeof takes === 'string' ? [takes] : takes }),
  ...(rest === undefined ? {} : { rest }),
});
