/** What a program left behind, for tests that look for what must not be there. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The text of all files below a folder, byte by byte; nothing when there is no folder. */
export function everythingIn(folder: string): string {
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .map((name) => textOf(join(folder, name)))
    .join('');
}

function textOf(path: string): string {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry?.isDirectory() === true) return everythingIn(path);
  return entry?.isFile() === true ? readFileSync(path, 'latin1') : '';
}
