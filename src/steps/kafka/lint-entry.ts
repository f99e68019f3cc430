import { lintEntryBy } from '../../clients/lint-entry.ts';
import { readKafkaTarget } from '../../clients/kafka/target.ts';
import type { TargetEntry } from '../../interpreter/port/step-type.ts';

export const lintEntry = (entry: TargetEntry): Promise<string | undefined> =>
  lintEntryBy(readKafkaTarget, entry, 'not-opened-by-lint');
