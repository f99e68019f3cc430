/** What a run writes beside its journal, read from the end at each drawing: the engine never waits for the screen, and long files cost as much as short ones. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Point } from './model/chart.ts';
import { numberText } from './model/chart.ts';

const outputWindow = 256 * 1024;
const samplesWindow = 64 * 1024;

export interface OutputTail {
  readonly lines: readonly string[];
  /** There is more above than was read. */
  readonly cut: boolean;
}

export function outputTail(folder: string, key: string, attempt: number): OutputTail {
  const { text, cut } = tailOf(join(folder, 'output', `${key}-${String(attempt)}.log`), outputWindow);
  return { lines: text === '' ? [] : text.replace(/\n$/, '').split('\n'), cut };
}

/** Readings of a wait, oldest first. */
export function samplesOf(folder: string, key: string): readonly Point[] {
  return pointsOf(tailOf(join(folder, 'samples', `${key}.jsonl`), samplesWindow).text);
}

/** Of the lines of such a file. */
export function pointsOf(text: string): readonly Point[] {
  return text.split('\n').flatMap((line) => {
    const sample = parsed(line);
    if (sample === undefined) return [];
    const { t, value, holds } = sample;
    return [{ t, value: typeof value === 'number' ? value : undefined, text: textOf(value), holds }];
  });
}

/** The first and the last line of what is read may be parts of lines. */
function parsed(line: string): { readonly t: number; readonly value: unknown; readonly holds: string | undefined } | undefined {
  try {
    const sample = JSON.parse(line) as { t?: unknown; value?: unknown; holds?: unknown } | null;
    if (sample === null || typeof sample !== 'object' || typeof sample.t !== 'number') return undefined;
    return { t: sample.t, value: sample.value, holds: typeof sample.holds === 'string' ? sample.holds : undefined };
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'no data';
  return typeof value === 'string' ? value : typeof value === 'number' ? numberText(value) : JSON.stringify(value);
}

function tailOf(path: string, window: number): { readonly text: string; readonly cut: boolean } {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return { text: '', cut: false };
  }
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(window, size));
    const length = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.toString('utf8', 0, length);
    return size > window ? { text: text.slice(text.indexOf('\n') + 1), cut: true } : { text, cut: false };
  } finally {
    closeSync(file);
  }
}
