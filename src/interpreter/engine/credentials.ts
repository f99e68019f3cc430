/** Credentials in an entry of the configuration are masked even where they are written out: a server may repeat what it was sent. */
import { isCredentialName } from '../config/credential-names.ts';
import type { Json } from '../core/model/value.ts';
import type { Redactor } from '../guard/redact.ts';

/** The entry as written, or opened. What is too short to be masked stays unchanged. */
export function maskCredentials(entry: Json, redactor: Redactor): void {
  visit('', entry, redactor, false);
}

function visit(key: string, value: Json, redactor: Redactor, within: boolean): void {
  const is = within || isCredentialName(key);
  if (typeof value === 'string') maskText(key, value, redactor, is);
  else if (typeof value === 'number' && is) redactor.add(key, String(value));
  else if (Array.isArray(value)) for (const one of value as readonly Json[]) visit(key, one, redactor, is);
  else if (value !== null && typeof value === 'object') {
    const names = value as Readonly<Record<string, Json>>;
    const user = names['username'] ?? names['user'];
    // A password that is the name of its user hides nothing, and masking it would blank that name everywhere.
    for (const [name, one] of Object.entries(names)) if (one !== user) visit(name, one, redactor, is && name !== 'username');
  }
}

function maskText(key: string, text: string, redactor: Redactor, is: boolean): void {
  if (/^secret:\w+$/.test(text)) return;
  for (const [, user = '', password = ''] of text.matchAll(/:\/\/([^/@:\s]*):([^/@\s]+)@/g)) {
    redactor.add(key, password);
    redactor.add(key, percentDecoded(password));
    redactor.add(key, `${user}:${password}`);
  }
  // What an address or a command has to say is a credential whatever the key is called.
  for (const [, token = ''] of text.matchAll(/[?&][\w-]*(?:token|key|secret|sig|signature|password)=([^&#\s]+)/gi)) {
    redactor.add(key, token);
    redactor.add(key, percentDecoded(token));
  }
  for (const [, word = ''] of text.matchAll(/\b(?:Bearer|Basic|Token)\s+([A-Za-z0-9._~+/=-]{8,})/gi)) redactor.add(key, word);
  if (!is) return;
  redactor.add(key, text);
  // "Bearer abc": what a server repeats is often the last word alone.
  const [, word] = /^\S+ (\S+)$/.exec(text.trim()) ?? [];
  if (word !== undefined) redactor.add(key, word);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
