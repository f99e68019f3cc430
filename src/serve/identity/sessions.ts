/** People who have signed in with a browser. Kept in memory alone: a server that starts anew asks everybody to sign in, and a stopped one has leaked nothing. */
import { randomBytes } from 'node:crypto';
import type { Actor } from '../../interpreter/core/model/value.ts';

export interface BrowserSession {
  readonly actor: Actor;
  /** Goes with every form of this session. */
  readonly csrf: string;
  /** ms */
  readonly until: number;
}

export interface BrowserSessions {
  /** The value of the cookie. */
  open(actor: Actor, now: number): string;
  find(id: string | undefined, now: number): BrowserSession | undefined;
  close(id: string | undefined): void;
}

/** A shift, ms. */
const lifeMs = 12 * 60 * 60_000;
const most = 10_000;

export function sessionStore(): BrowserSessions {
  const all = new Map<string, BrowserSession>();
  return {
    open: (actor, now) => {
      for (const [id, session] of all) if (session.until <= now || all.size >= most) all.delete(id);
      const id = randomBytes(32).toString('base64url');
      all.set(id, { actor, csrf: randomBytes(32).toString('base64url'), until: now + lifeMs });
      return id;
    },
    find: (id, now) => {
      const session = id === undefined ? undefined : all.get(id);
      return session === undefined || session.until <= now ? undefined : session;
    },
    close: (id) => {
      if (id !== undefined) all.delete(id);
    },
  };
}

/** With https no other host can set or read it. */
export const sessionCookie = (isHttps: boolean): string => (isHttps ? '__Host-runbook' : 'runbook');

export const cookieHeader = (
  name: string,
  value: string,
  { isHttps, seconds }: { readonly isHttps: boolean; readonly seconds?: number },
): string =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}${seconds === undefined ? '' : `; Max-Age=${String(seconds)}`}`;
