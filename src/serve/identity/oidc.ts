/** Signing in at an issuer of OpenID Connect: authorization code with PKCE, bound to the browser that began it. */
import { createHash, randomBytes } from 'node:crypto';
import type { OidcSettings } from '../../interpreter/config/config.ts';
import { CallRefused } from '../http/reply.ts';
import { issuerAt } from './issuer.ts';
import type { TokenClaims } from './jwt.ts';
import { sameText } from './tokens.ts';

export interface SignedIn {
  readonly name: string;
  readonly roles: readonly string[];
  /** Where the browser wanted to go. */
  readonly next: string;
}

export interface SignIn {
  /** Where the browser goes, and what its cookie keeps until it comes back. */
  begin(next: string): Promise<{ readonly location: string; readonly state: string }>;
  /** Throws CallRefused with the reason. `cookie`: of the browser that comes. */
  finish(query: URLSearchParams, cookie: string | undefined): Promise<SignedIn>;
}

interface Attempt {
  readonly verifier: string;
  readonly nonce: string;
  readonly next: string;
  readonly until: number;
}

const attemptMs = 10 * 60_000;
const most = 10_000;

/** `url`: of this server. */
export function oidcSignIn(settings: OidcSettings, secret: string | undefined, url: string, now: () => number): SignIn {
  const issuer = issuerAt(settings, secret);
  const attempts = new Map<string, Attempt>();
  const callback = `${url}/login/callback`;
  return {
    begin: async (next) => {
      for (const [key, one] of attempts) if (one.until <= now() || attempts.size >= most) attempts.delete(key);
      const { authorizationEndpoint } = await issuer.described();
      const [state, verifier, nonce] = [random(), random(), random()];
      attempts.set(state, { verifier, nonce, next, until: now() + attemptMs });
      const location = new URL(authorizationEndpoint);
      const parameters = {
        response_type: 'code',
        client_id: settings.clientId,
        redirect_uri: callback,
        scope: settings.scopes.join(' '),
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(parameters)) location.searchParams.set(name, value);
      return { location: location.href, state };
    },
    finish: async (query, cookie) => {
      const state = query.get('state') ?? '';
      const attempt = attempts.get(state);
      attempts.delete(state);
      if (attempt === undefined || attempt.until <= now() || cookie === undefined || !sameText(cookie, state))
        throw new CallRefused(403, 'this is not the attempt to sign in that this browser has begun', 'sign in again');
      const problem = query.get('error');
      if (problem !== null)
        throw new CallRefused(403, `the issuer refused: ${query.get('error_description') ?? problem}`, 'sign in again');
      const known = (await issuer.described()).issuer;
      if ((query.get('iss') ?? known) !== known) throw new CallRefused(403, 'another issuer answered', 'sign in again');
      const { nonce, verifier, next } = attempt;
      const claims = await issuer.redeem({ code: query.get('code') ?? '', verifier, callback, nonce, now: now() });
      return { ...personIn(claims, settings), next };
    },
  };
}

const random = (): string => randomBytes(32).toString('base64url');

/** Name and roles that the claims prove. Throws CallRefused. */
export function personIn(
  claims: TokenClaims,
  { name: nameClaim, groups: groupsClaim, roles, admit }: OidcSettings,
): Omit<SignedIn, 'next'> {
  const name = claims[nameClaim];
  if (typeof name !== 'string' || name === '' || name.length > 200)
    throw new CallRefused(
      403,
      `the issuer gives no ${nameClaim}, which is the name of a person here`,
      'serve.oidc.name names another claim',
    );
  if (nameClaim === 'email' && claims['email_verified'] !== true)
    throw new CallRefused(403, `the issuer has not verified the address ${name}`, 'serve.oidc.name names another claim');
  const given = claims[groupsClaim];
  const groups = Array.isArray(given) ? (given as readonly unknown[]) : [];
  if (!admit.some((one) => one === '*' || groups.includes(one)))
    throw new CallRefused(
      403,
      admit.length === 0 ? 'no group is let in' : `${name} is in none of the groups ${admit.join(', ')}`,
      'serve.oidc.admit says who is let in',
    );
  const proven = Object.entries(roles).flatMap(([role, proofs]) => (proofs.some((one) => groups.includes(one)) ? [role] : []));
  return { name, roles: proven };
}
