/** ID tokens of OpenID Connect: a signature by a key of the issuer, and the claims that make it one for us, now, and for this attempt. */
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { createPublicKey, verify } from 'node:crypto';

export type TokenClaims = Readonly<Record<string, unknown>>;

export interface ExpectedToken {
  readonly issuer: string;
  readonly clientId: string;
  readonly nonce: string;
  /** ms since 1970 */
  readonly now: number;
}

export type Verified = { readonly ok: true; readonly claims: TokenClaims } | { readonly ok: false; readonly why: string };

/** A key of the issuer's set. */
export type Jwk = JsonWebKey & { readonly kid?: string; readonly use?: string; readonly alg?: string };

/** The algorithms that count, each with the one kind of key: what the token says of itself never chooses anything else, and `none` is not among them. */
const algorithms = {
  RS256: { hash: 'sha256', kind: 'rsa', options: {} },
  ES256: { hash: 'sha256', kind: 'ec', options: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { hash: null, kind: 'ed25519', options: {} },
} as const;

/** Clocks differ, ms. */
const leewayMs = 60_000;

/** The id of the key that signed it. */
export const keyIdOf = (token: string): string | undefined => textIn(partOf(token, 0), 'kid');

export function verifyToken(token: string, keys: readonly Jwk[], expected: ExpectedToken): Verified {
  const header = partOf(token, 0);
  const claims = partOf(token, 1);
  const [first = '', second = '', third = '', ...more] = token.split('.');
  if (header === undefined || claims === undefined || third === '' || more.length > 0) return no('is not a signed token');
  const name = textIn(header, 'alg') ?? '';
  const algorithm = Object.hasOwn(algorithms, name) ? algorithms[name as keyof typeof algorithms] : undefined;
  if (algorithm === undefined) return no(`is signed with ${name}, and only ${Object.keys(algorithms).join(', ')} count`);
  if (header['crit'] !== undefined) return no('demands what this server does not know');
  const kid = textIn(header, 'kid');
  const fits = keys.filter((one) => (kid === undefined || one.kid === kid) && one.use !== 'enc' && (one.alg ?? name) === name);
  const signed = Buffer.from(`${first}.${second}`);
  const signature = Buffer.from(third, 'base64url');
  const isGood = fits
    .map(publicKey)
    .some(
      (key) =>
        key?.asymmetricKeyType === algorithm.kind && verify(algorithm.hash, signed, { key, ...algorithm.options }, signature),
    );
  if (!isGood) return no('is not signed by a key of the issuer');
  const why = whyNotOurs(claims, expected);
  return why === undefined ? { ok: true, claims } : no(why);
}

const no = (why: string): Verified => ({ ok: false, why });

function whyNotOurs(claims: TokenClaims, { issuer, clientId, nonce, now }: ExpectedToken): string | undefined {
  const { iss, aud, azp, exp, iat } = claims;
  const audiences = Array.isArray(aud) ? (aud as readonly unknown[]) : [aud];
  if (iss !== issuer) return `is of the issuer ${String(iss)}, not of ${issuer}`;
  if (!audiences.includes(clientId)) return 'is for another client';
  if ((audiences.length > 1 || azp !== undefined) && azp !== clientId) return 'was given to another client';
  if (typeof exp !== 'number' || exp * 1000 + leewayMs <= now) return 'has expired';
  if (typeof iat !== 'number' || iat * 1000 - leewayMs > now) return 'is of the future';
  if (claims['nonce'] !== nonce) return 'is of another attempt to sign in';
  return undefined;
}

function publicKey(key: Jwk): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function partOf(token: string, index: number): TokenClaims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as TokenClaims) : undefined;
  } catch {
    return undefined;
  }
}

const textIn = (from: TokenClaims | undefined, name: string): string | undefined => {
  const value = from?.[name];
  return typeof value === 'string' ? value : undefined;
};
