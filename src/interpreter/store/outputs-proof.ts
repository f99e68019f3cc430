/** The files beside a journal against the hashes that it has of them: printed output, and values too large for a record. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stamped } from '../core/model/event.ts';
import { sha256 } from '../plan/hash.ts';
import type { Discrepancy } from './pins.ts';
import type { RunDirectory } from './run-directory.ts';

/** An undo begins with the records of another run, whose files are in that run's folder. */
export function outputDiscrepancies(
  directory: RunDirectory,
  records: readonly Stamped[],
  isUndo: boolean,
): readonly Discrepancy[] {
  const hashes = new Map<string, string>();
  for (const record of records) {
    if (record.type === 'attempt.finished' && record.output !== undefined) hashes.set(record.output.file, record.output.sha);
    for (const sha of referencesIn(record)) hashes.set(join('output', `value-${sha}.json`), sha);
  }
  return [...hashes].flatMap(([file, sha]) => {
    const path = join(directory.path, file);
    if (!existsSync(path)) return isUndo ? [] : [{ file, message: 'the file is missing' }];
    const found = sha256(readFileSync(path));
    return found === sha
      ? []
      : [{ file, message: `the file has changed: its hash is ${found.slice(0, 12)}, and it was ${sha.slice(0, 12)}` }];
  });
}

/** Hashes of the values that a record keeps in files. */
function referencesIn(json: unknown): readonly string[] {
  if (json === null || typeof json !== 'object') return [];
  const { ref, ...rest } = json as { readonly ref?: { readonly sha?: unknown; readonly media?: unknown } };
  const own = typeof ref?.sha === 'string' && /^[0-9a-f]{64}$/.test(ref.sha) && ref.media !== undefined ? [ref.sha] : [];
  return [...own, ...Object.values(rest).flatMap(referencesIn)];
}
