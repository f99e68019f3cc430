/**
 * Signatures of webhooks as Standard Webhooks 1.0 describes them: HMAC-SHA256 over `id.timestamp.body`, in base64, after `v1,`. The receiver
 * rejects what is old by the timestamp and what came before by the id.
 */
import { createHmac } from 'node:crypto';
import type { ReceiverEntry } from './entry.ts';

/** Bytes; the standard asks for 24 to 64. */
const leastKey = 24;
const prefix = 'whsec_';

/** Keys of the entry: one, or several while one replaces the other. Throws without repeating them. */
export function signingKeys(entry: ReceiverEntry): readonly Buffer[] {
  return entry.texts('signingKey').map((text) => {
    const key = signingKey(text);
    if (key === undefined) throw entry.wrong(`has a signingKey that is not base64 after ${prefix}`);
    if (key.length < leastKey) throw entry.wrong(`has a signingKey of fewer than ${String(leastKey)} bytes`);
    return key;
  });
}

/** The bytes of a key as it is written; undefined: not base64 after the prefix. */
export const signingKey = (text: string): Buffer | undefined =>
  text.startsWith(prefix) ? base64(text.slice(prefix.length)) : Buffer.from(text, 'utf8');

/** node silently skips what is not base64, and a key that lost a character signs everything wrong. */
function base64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0 ? Buffer.from(text, 'base64') : undefined;
}

export interface Signed {
  readonly id: string;
  readonly body: string;
  readonly at: Date;
}

/** The three headers; one signature a key, in the order of the keys. */
export function signatureHeaders(keys: readonly Buffer[], { id, body, at }: Signed): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
