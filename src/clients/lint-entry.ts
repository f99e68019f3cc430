/** What is wrong with an entry of the configuration, without opening its secrets or reading its files: found in the pull request, not that night. */
import type { Json } from '../interpreter/core/model/value.ts';
import type { TargetEntry } from '../interpreter/port/step-type.ts';
import { isEntry } from './entry.ts';
import { checkTlsKeys } from './tls.ts';

/**
 * The reader that connections use, tried on the entry; what it throws is the finding. `unopened`: stands for every secret, of a form that the reader
 * takes. Files of `tls` are on the machine that runs, not always where lint does.
 */
export async function lintEntryBy(
  read: (entry: Json, directory: string) => unknown,
  { entry, type, directory }: TargetEntry,
  unopened: string,
): Promise<string | undefined> {
  try {
    await read(withoutFiles(withoutSecrets(entry, unopened), `a ${type} target`), directory);
    return undefined;
  } catch (problem) {
    return (problem as Error).message;
  }
}

function withoutFiles(entry: Json, of: string): Json {
  if (!isEntry(entry) || !isEntry(entry['tls'])) return entry;
  checkTlsKeys(entry['tls'], `tls of ${of}`);
  return { ...entry, tls: true };
}

/** References to secrets replaced, wherever they occur. */
export function withoutSecrets(entry: Json, unopened: string): Json {
  if (typeof entry === 'string') return /^secret:\w+$/.test(entry) ? unopened : entry;
  if (Array.isArray(entry)) return (entry as readonly Json[]).map((one) => withoutSecrets(one, unopened));
  if (typeof entry !== 'object' || entry === null) return entry;
  return Object.fromEntries(Object.entries(entry).map(([key, one]) => [key, withoutSecrets(one, unopened)]));
}
