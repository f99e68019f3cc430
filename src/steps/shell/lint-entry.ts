import { isEntry, refuseUnknown } from '../../clients/entry.ts';
import { readKubernetesTarget } from '../../clients/kubernetes-target.ts';
import { lintEntryBy } from '../../clients/lint-entry.ts';
import { readSshTarget } from '../../clients/ssh-target.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { TargetEntry } from '../../interpreter/port/step-type.ts';

const readers: Readonly<Record<string, (entry: Json, directory: string) => unknown>> = {
  kubernetes: readKubernetesTarget,
  ssh: readSshTarget,
  process: (entry) => {
    if (isEntry(entry)) refuseUnknown(entry, ['members'], 'a process target', 'a command runs on this machine');
  },
};

export const lintEntry = (entry: TargetEntry): Promise<string | undefined> =>
  lintEntryBy(readers[entry.type] ?? readSshTarget, entry, 'not-opened-by-lint');
