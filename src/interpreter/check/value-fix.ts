/** The edit that mends a value of the wrong kind, word or form, where there is one right answer and the schema takes it. */
import type { Json } from '../core/model/value.ts';
import type { Fix } from '../document/fix.ts';
import { replaceWord, marked } from '../document/fix.ts';
import { duration, onlyWord, otherKind } from '../language/template/mend.ts';
import type { Position } from '../port/step-type.ts';

export interface WrongValue {
  readonly code: string;
  /** Types of which the value should be one. */
  readonly kinds?: readonly string[];
  /** Words of which the value should be one. */
  readonly words?: readonly string[];
}

/** `fits`: whether the schema takes that value at this place; a number in quotes is still no duration. */
export function fixOfValue(
  text: string,
  where: Position,
  { code, kinds, words }: WrongValue,
  value: unknown,
  fits: (other: Json) => boolean,
): Fix | undefined {
  if (kinds !== undefined) {
    // A text of which only the first line is marked, or with escapes, is left alone.
    if (typeof value === 'string' && replaceWord(text, where, value, value) === undefined) return undefined;
    const { offset, source } = marked(text, where);
    const other = otherKind(value, kinds, source);
    return other !== undefined && fits(JSON.parse(other) as Json) ? { offset, length: source.length, text: other } : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const meant = words !== undefined ? onlyWord(value, words) : code === 'value/duration' ? duration(value) : undefined;
  return meant !== undefined && fits(meant) ? replaceWord(text, where, value, meant) : undefined;
}
