/** What is asked of the issuer: its description, its keys, and the token for a code. Kept short, in time and bytes: it is another system. */
import type { OidcSettings } from '../../interpreter/config/config.ts';
import { isLoopbackHost } from '../../interpreter/config/loopback.ts';
import { CallRefused } from '../http/reply.ts';
import type { TokenClaims, Jwk } from './jwt.ts';
import { keyIdOf, verifyToken } from './jwt.ts';

const limitMs = 5_000;
const limitBytes = 256 * 1024;

interface Description {
  /** As the issuer writes it; a slash at its end is a part of it. */
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly keysAt: string;
}

export interface Redeemed {
  readonly code: string;
  readonly verifier: string;
  readonly callback: string;
  readonly nonce: string;
  /** ms since 1970 */
  readonly now: number;
}

export interface Issuer {
  described(): Promise<Description>;
  /** The claims of the ID token. Throws CallRefused. */
  redeem(redeemed: Redeemed): Promise<TokenClaims>;
}

export function issuerAt({ issuer, clientId }: OidcSettings, secret: string | undefined): Issuer {
  let description: Promise<Description> | undefined;
  let keys: readonly Jwk[] = [];
  const described = (): Promise<Description> => {
    description ??= describe(issuer).catch((problem: unknown) => {
      description = undefined;
      throw problem;
    });
    return description;
  };
  /** An unknown key is looked for once: issuers change theirs. */
  const keysFor = async (token: string): Promise<readonly Jwk[]> => {
    const kid = keyIdOf(token);
    if (keys.length === 0 || !keys.some((one) => one.kid === kid)) keys = await keysAt((await described()).keysAt);
    return keys;
  };
  return {
    described,
    redeem: async ({ code, verifier, callback, nonce, now }) => {
      const form = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: callback,
        code_verifier: verifier,
        client_id: clientId,
      };
      const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret ?? '')}`).toString('base64');
      const answer = await ask((await described()).tokenEndpoint, {
        method: 'POST',
        headers: secret === undefined ? {} : { authorization: `Basic ${basic}` },
        body: new URLSearchParams(form),
      });
      const token = answer['id_token'];
      if (typeof token !== 'string') throw new CallRefused(502, 'the issuer gave no ID token', 'its log tells why');
      const expected = { issuer: (await described()).issuer, clientId, nonce, now };
      const verified = verifyToken(token, await keysFor(token), expected);
      if (!verified.ok) throw new CallRefused(403, `the ID token ${verified.why}`, 'sign in again');
      return verified.claims;
    },
  };
}

async function describe(issuer: string): Promise<Description> {
  const found = await ask(`${issuer}/.well-known/openid-configuration`);
  if (String(found['issuer']).replace(/\/$/, '') !== issuer.replace(/\/$/, ''))
    throw new CallRefused(
      502,
      `${issuer} describes another issuer: ${String(found['issuer'])}`,
      'serve.oidc.issuer must be its own name',
    );
  return {
    issuer: String(found['issuer']),
    authorizationEndpoint: addressIn(found, 'authorization_endpoint'),
    tokenEndpoint: addressIn(found, 'token_endpoint'),
    keysAt: addressIn(found, 'jwks_uri'),
  };
}

function addressIn(found: TokenClaims, name: string): string {
  const text = found[name];
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname))) return url.href;
  throw new CallRefused(502, `the issuer has no safe ${name}`, 'an https address');
}

async function keysAt(address: string): Promise<readonly Jwk[]> {
  const { keys } = await ask(address);
  return Array.isArray(keys) ? (keys as readonly Jwk[]) : [];
}

async function ask(address: string, how: RequestInit = {}): Promise<TokenClaims> {
  const answer = await fetch(address, { ...how, redirect: 'error', signal: AbortSignal.timeout(limitMs) }).catch(
    (problem: unknown) => {
      throw new CallRefused(
        502,
        `the issuer cannot be reached: ${(problem as Error).message}`,
        `is ${new URL(address).origin} there?`,
      );
    },
  );
  const text = await boundedText(answer);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null)
    throw new CallRefused(502, `the issuer answered ${String(answer.status)} without JSON`, address);
  const claims = value as TokenClaims;
  if (!answer.ok)
    throw new CallRefused(
      502,
      `the issuer answered ${String(answer.status)}: ${String(claims['error_description'] ?? claims['error'] ?? '')}`,
      address,
    );
  return claims;
}

async function boundedText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > limitBytes) throw new CallRefused(502, 'the issuer answered with too much', undefined);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
