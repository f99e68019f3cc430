/** Tokens are random and kept as hashes. Every hash is compared, each in constant time: how long it takes tells nothing. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TokenHash } from '../../interpreter/config/config.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

export const tokenHash = (token: string): TokenHash => `sha256:${digest(token).toString('hex')}`;

export const newToken = (): string => randomBytes(32).toString('base64url');

export const sameText = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

/** The one whose token it is. */
export function tokenHolder<T extends { readonly token: TokenHash }>(
  token: string,
  holders: Readonly<Record<string, T>>,
): readonly [string, T] | undefined {
  const given = digest(token);
  let found: readonly [string, T] | undefined;
  for (const [name, holder] of Object.entries(holders)) {
    const expected = Buffer.from(holder.token.slice('sha256:'.length), 'hex');
    if (expected.length === given.length && timingSafeEqual(expected, given)) found = [name, holder];
  }
  return found;
}

/** `Authorization: Bearer TOKEN`. */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(header ?? '')?.[1];
