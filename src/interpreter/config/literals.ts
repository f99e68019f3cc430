/** Secrets that are written out in a configuration: whoever reads the repository has them. Their values are in no message. */
import type { Json } from '../core/model/value.ts';
import { isSurelyCredentialName, unmistakableSecrets } from './credential-names.ts';

export interface LiteralSecret {
  readonly at: readonly string[];
  readonly message: string;
  readonly hint: string;
}

const bind = 'bind it (`secrets: { name: env:NAME }`), write secret:name here, and change the secret: it is known now';

/** `data`: the whole configuration. */
export function literalSecrets(data: Json): readonly LiteralSecret[] {
  const found: LiteralSecret[] = [];
  walk(data, [], false, found);
  return found;
}

function walk(json: Json, at: readonly string[], within: boolean, found: LiteralSecret[]): void {
  if (Array.isArray(json)) for (const one of json as readonly Json[]) walk(one, at, within, found);
  else if (json !== null && typeof json === 'object')
    for (const [key, one] of Object.entries(json)) {
      // Names of environments, targets and members are the author's.
      const isName = at.length < 3 || (at.length === 3 && at[2] === 'targets') || at.at(-1) === 'members';
      walk(one, [...at, key], !isName && (within || isSurelyCredentialName(key)), found);
    }
  else if (typeof json === 'string' || typeof json === 'number') leaf(String(json), at, within, found);
}

function leaf(text: string, at: readonly string[], within: boolean, found: LiteralSecret[]): void {
  const isReference = at[2] === 'secrets';
  const form = unmistakableSecrets.find(([, pattern]) => pattern.test(text))?.[0];
  const key = at.at(-1) ?? '';
  if (form !== undefined) found.push({ at, message: `${form} is written out`, hint: bind });
  else if (isReference || !within || text === '' || /^secret:\w+$/.test(text)) return;
  else if (/^(?:env|file|exec):/.test(text))
    found.push({ at, message: `${key} is sent unchanged: references are opened only under \`secrets\``, hint: bind });
  else found.push({ at, message: `the value of ${key} is written out`, hint: bind });
}
