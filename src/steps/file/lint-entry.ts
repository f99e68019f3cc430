import { lintEntryBy } from '../../clients/lint-entry.ts';
import { readSshTarget } from '../../clients/ssh-target.ts';
import type { TargetEntry } from '../../interpreter/port/step-type.ts';

export const lintEntry = (entry: TargetEntry): Promise<string | undefined> =>
  lintEntryBy(readSshTarget, entry, 'not-opened-by-lint');
