/** JSON Web Tokens signed with HMAC: which subject a client is, or why it is refused. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type Verdict = { readonly is: 'accepted'; readonly subject: string } | { readonly is: 'refused'; readonly why: string };

const hashes: Readonly<Record<string, string>> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

/** `now` in seconds since 1970. Only `sub` is required; `exp`, `nbf` and `iat` are honoured when they are there. */
export function verifyToken(token: string | undefined, secret: string, now: number): Verdict {
  if (token === undefined || token === '') return refused('no token');
  const [head = '', body = '', signature = '', ...more] = token.split('.');
  const header = partOf(head);
  const claims = partOf(body);
  if (header === undefined || claims === undefined || more.length > 0) return refused('not a JSON Web Token');
  const hash = hashes[String(header['alg'])];
  if (hash === undefined) return refused(`algorithm ${String(header['alg'])} is not allowed`);
  const expected = createHmac(hash, secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return refused('signature is invalid');
  return verifyClaims(claims, now);
}

function verifyClaims(claims: Readonly<Record<string, unknown>>, now: number): Verdict {
  const { exp, nbf, iat, sub } = claims;
  if (typeof exp === 'number' && now >= exp) return refused('token is expired');
  if (typeof nbf === 'number' && now < nbf) return refused('token is not valid yet');
  if (typeof iat === 'number' && now < iat - 60) return refused('token was issued in the future');
  if (typeof sub !== 'string' || sub === '') return refused('claim sub is missing');
  return { is: 'accepted', subject: sub };
}

const refused = (why: string): Verdict => ({ is: 'refused', why });

function partOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
