/** What is wrong with an entry of the configuration, without opening its secrets: found in the pull request, not when the pager is needed. */
import type { TargetEntry } from '../../interpreter/port/step-type.ts';
import { withoutSecrets } from '../lint-entry.ts';
import { receiverOf } from './receivers.ts';

/** Of every form that a secret may have to have: an address of the web, one of mail, long enough for a key. */
const unopened = 'https://secret@secret.invalid/not-opened-by-lint';

export function lintEntry({ name, type, entry, directory }: TargetEntry): string | undefined {
  const context = { targetName: name, targetType: type, signal: new AbortController().signal, deadline: 0, directory };
  try {
    receiverOf({ ...context, target: withoutSecrets(entry, unopened), secret: () => Promise.resolve(unopened) });
    return undefined;
  } catch (problem) {
    return (problem as Error).message;
  }
}
