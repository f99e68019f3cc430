/** What is wrong with an entry of the configuration, without opening its secrets: found in the pull request, not when the pager is needed. */
import type { Json } from '../../interpreter/core/value.ts';
import type { TargetEntry } from '../../interpreter/port/step-type.ts';
import { receiverOf } from './receivers.ts';

/** Of every form that a secret may have to have: an address of the web, one of mail, long enough for a key. */
const unopened = 'https://secret@secret.invalid/not-opened-by-lint';

export function lintEntry({ name, type, entry, directory }: TargetEntry): string | undefined {
  const context = { targetName: name, targetType: type, signal: new AbortController().signal, deadline: 0, directory };
  try {
    receiverOf({ ...context, target: withoutSecrets(entry), secret: () => Promise.resolve(unopened) });
    return undefined;
  } catch (problem) {
    return (problem as Error).message;
  }
}

function withoutSecrets(entry: Json): Json {
  if (typeof entry === 'string') return /^secret:\w+$/.test(entry) ? unopened : entry;
  if (Array.isArray(entry)) return (entry as readonly Json[]).map(withoutSecrets);
  if (typeof entry !== 'object' || entry === null) return entry;
  return Object.fromEntries(Object.entries(entry).map(([key, one]) => [key, withoutSecrets(one)]));
}
