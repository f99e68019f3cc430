import { lintEntryBy } from '../../clients/lint-entry.ts';
import { readRedisTarget } from '../../clients/redis/target.ts';
import type { TargetEntry } from '../../interpreter/port/step-type.ts';

export const lintEntry = (entry: TargetEntry): Promise<string | undefined> =>
  lintEntryBy(readRedisTarget, entry, 'redis://secret.invalid');
