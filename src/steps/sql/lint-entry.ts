import { lintEntryBy } from '../../clients/lint-entry.ts';
import { readTarget } from '../../clients/postgres/target.ts';
import type { TargetEntry } from '../../interpreter/port/step-type.ts';

export const lintEntry = (entry: TargetEntry): Promise<string | undefined> =>
  lintEntryBy(readTarget, entry, 'not-opened-by-lint');
