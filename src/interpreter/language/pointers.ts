/** Patterns of JSON pointers: `*` stands for any part of a name, and letters are compared without their case. */
import { pointerKeys } from './value.ts';

export interface PointerPattern {
  /** How many names it has: what lies deeper cannot match. */
  readonly depth: number;
  /** Names from the top down, in small letters. */
  matches(names: readonly string[]): boolean;
}

export function pointerPattern(pattern: string): PointerPattern {
  const wanted = pointerKeys(pattern.toLowerCase());
  return {
    depth: wanted.length,
    matches: (names) => names.length === wanted.length && wanted.every((part, at) => matchesName(part, names[at] ?? '')),
  };
}

/** In linear time: each piece between two stars is looked for behind the one before it. */
export function matchesName(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
