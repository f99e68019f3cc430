/** The children of a world's process on disk: should that process be killed, `lab down` still ends them. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Process } from '../servers/process.ts';

const file = (run: string): string => join(run, 'children.json');

/** Replaced as a whole, before anybody relies on the child. */
export function recordChildren(run: string, children: readonly Process[]): void {
  writeFileSync(`${file(run)}.new`, JSON.stringify(children));
  renameSync(`${file(run)}.new`, file(run));
}

export function recordedChildren(run: string): readonly Process[] {
  try {
    return JSON.parse(readFileSync(file(run), 'utf8')) as readonly Process[];
  } catch {
    return [];
  }
}
