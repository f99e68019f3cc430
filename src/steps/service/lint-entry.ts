import { lintEntryBy } from '../../clients/lint-entry.ts';
import type { TargetEntry } from '../../interpreter/port/step-type.ts';
import { openManager } from './open-manager.ts';

export const lintEntry = (entry: TargetEntry): Promise<string | undefined> =>
  lintEntryBy((given, directory) => openManager(entry.type, given, directory), entry, 'not-opened-by-lint');
