/** Findings with one right answer carry it as an edit of the text; everything else in the file stays byte for byte what it was. */
import type { Position } from '../port/step-type.ts';

export interface Fix {
  /** From 0, in UTF-16 units of the whole text. */
  readonly offset: number;
  readonly length: number;
  /** What is there afterwards. */
  readonly text: string;
}

/** Offset of a place in the text. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at += 1) {
    const lineFeed = text.indexOf('\n', start);
    if (lineFeed < 0) return text.length;
    start = lineFeed + 1;
  }
  return Math.min(start + column - 1, text.length);
}

/** The stretch of text that a position marks. */
export function marked(text: string, where: Position): { readonly offset: number; readonly source: string } {
  const offset = offsetOf(text, where.line, where.column);
  return { offset, source: text.slice(offset, offsetOf(text, where.endLine, where.endColumn)) };
}

/**
 * Puts a word in the place of another and keeps its quotes. Undefined when what is there is not that word, plainly written (escapes, blocks,
 * a value of which only a part is meant): then there is no edit that is certainly right.
 */
export function replaceWord(text: string, where: Position, word: string, by: string): Fix | undefined {
  const { offset, source } = marked(text, where);
  const quote = source === word ? '' : source === `"${word}"` ? '"' : source === `'${word}'` ? "'" : undefined;
  return quote === undefined ? undefined : { offset, length: source.length, text: `${quote}${by}${quote}` };
}

/** All edits in one pass; of edits that touch each other the later in the list wins, the others wait for the next pass. */
export function applyFixes(text: string, fixes: readonly Fix[]): { readonly text: string; readonly applied: number } {
  const taken: Fix[] = [];
  for (const fix of [...fixes].reverse()) if (!taken.some((one) => touch(one, fix))) taken.push(fix);
  const inOrder = taken.sort((a, b) => a.offset - b.offset);
  let out = '';
  let at = 0;
  for (const fix of inOrder) {
    out += text.slice(at, fix.offset) + fix.text;
    at = fix.offset + fix.length;
  }
  return { text: out + text.slice(at), applied: taken.length };
}

const touch = (a: Fix, b: Fix): boolean => a.offset < b.offset + b.length && b.offset < a.offset + a.length;
