/** The last lines of the files a run writes, read at each tick: the engine never waits for the screen. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const window = 8192;

/** Up to `count` last complete-looking lines; empty when the file is not there yet. */
export function lastLines(path: string, count: number): readonly string[] {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return [];
  }
  try {
    const size = fstatSync(file).size;
    const buffer = Buffer.alloc(Math.min(window, size));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').replace(/\n$/, '').split('\n').slice(-count);
  } finally {
    closeSync(file);
  }
}
