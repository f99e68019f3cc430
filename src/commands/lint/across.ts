/** The rule over several files, for `lint`: files are read again where it has something to say, with places this time. */
import { resolve } from 'node:path';
import type { Claims, PlaceOf } from '../../interpreter/check/rules/shared-locks.ts';
import { crossedLocks, unsharedLocks } from '../../interpreter/check/rules/shared-locks.ts';
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';
import type { Runbook } from '../../interpreter/document/load.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { readTextIfThere } from '../../interpreter/document/read-text.ts';
import { isSuppressed } from '../../interpreter/document/suppressions.ts';

/** The findings of each file that has some. A file that was changed meanwhile is left to the next lint. */
export function findAcross(all: readonly Claims[], directory: string): ReadonlyMap<Claims, readonly Diagnostic[]> {
  const read = new Map<string, Runbook | undefined>();
  const runbookOf = (file: string): Runbook | undefined => {
    if (!read.has(file)) read.set(file, loadRunbook(readTextIfThere(resolve(directory, file)), file).runbook);
    return read.get(file);
  };
  const byFile = new Map<string, Diagnostic[]>();
  const placeOf: PlaceOf = (file, pointer) => runbookOf(file)?.at(pointer) ?? beginningOf(file);
  for (const one of [...unsharedLocks(all, placeOf), ...crossedLocks(all, placeOf)])
    if (!isSuppressed(runbookOf(one.file)?.text ?? '', one)) byFile.set(one.file, [...(byFile.get(one.file) ?? []), one]);
  return new Map(all.flatMap((claims) => (byFile.has(claims.file) ? [[claims, byFile.get(claims.file) ?? []]] : [])));
}

const beginningOf = (file: string) => ({ file, line: 1, column: 1, endLine: 1, endColumn: 2 });
