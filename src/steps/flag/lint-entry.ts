import { lintEntryBy } from '../../clients/lint-entry.ts';
import { readRedisTarget } from '../../clients/redis/target.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { TargetEntry } from '../../interpreter/port/step-type.ts';
import { readFlagEntry } from './providers/entry.ts';

export const lintEntry = (entry: TargetEntry): Promise<string | undefined> => lintEntryBy(read, entry, 'redis://secret.invalid');

/** Of flags in a Redis the rest of the entry says where that is. */
async function read(given: Json, directory: string): Promise<void> {
  const { provider, names, hash, ...rest } = readFlagEntry(given);
  void [names, hash];
  if (provider === 'redis') await readRedisTarget(rest, directory);
}
