/** Signing in at an issuer, as a browser goes through it; and what a lie in it is worth. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Issuer, Lie } from '../rig/issuer.ts';
import { openIssuer } from '../rig/issuer.ts';
import type { Server, ServerPlace } from '../rig/serve.ts';
import { openServer, serverPlace, visitor } from '../rig/serve.ts';

const secret = 'the secret of this client';

let issuer: Issuer;
let at: ServerPlace;
let server: Server;
beforeEach(async () => {
  issuer = await openIssuer(secret);
  const port = await freePort();
  const roles = 'roles: { incident-commander: [ic] }, admit: [oncall]';
  const oidc = `  oidc: { issuer: "${issuer.url}", clientId: runbook, clientSecret: env:OIDC_SECRET, ${roles} }\n`;
  at = serverPlace(`  url: http://127.0.0.1:${String(port)}\n${oidc}`);
  server = await openServer(at, { OIDC_SECRET: secret }, port);
});
afterEach(async () => {
  await server.stop();
  at.remove();
  await issuer.close();
});

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });

interface End {
  readonly status: number;
  readonly text: string;
  readonly cookie: string;
  readonly location: string;
}

/** From the button to the end; `change`: what a stranger makes of the way back. */
async function signInAtIssuer(change: (back: URL) => URL = (back) => back, keepsCookie = true): Promise<End> {
  const begun = await fetch(`${server.url}/login/oidc?next=/runbooks`, { redirect: 'manual' });
  const attempt = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  const asked = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const back = change(new URL(asked.headers.get('location') ?? ''));
  const end = await fetch(back, { redirect: 'manual', headers: keepsCookie ? { cookie: attempt } : {} });
  return {
    status: end.status,
    text: await end.text(),
    cookie: end.headers.get('set-cookie')?.split(';')[0] ?? '',
    location: end.headers.get('location') ?? '',
  };
}

describe('signing in at the issuer', () => {
  it('gives a session to whoever is in a group that is let in, and leads to where they wanted to go', async () => {
    issuer.person({ preferred_username: 'ana', groups: ['oncall', 'ic'] });
    const end = await signInAtIssuer();
    expect({ status: end.status, location: end.location }).toEqual({ status: 303, location: '/runbooks' });
    expect((await visitor(server.url, end.cookie).get('/')).text).toMatch(/class="who"[\s\S]*ana/);
  });

  it.each([
    [{ preferred_username: 'eve', groups: ['guests'] }, 'eve is in none of the groups oncall'],
    [{ preferred_username: 'eve' }, 'eve is in none of the groups oncall'],
    [{ groups: ['oncall'] }, 'the issuer gives no preferred_username'],
  ])('refuses %j and says why', async (claims, why) => {
    issuer.person(claims);
    const end = await signInAtIssuer();
    expect({ status: end.status, cookie: end.cookie, text: end.text }).toMatchObject({
      status: 403,
      cookie: '',
      text: expect.stringContaining(why) as string,
    });
  });

  it.each<[Lie, string]>([
    ['other-key', 'is not signed by a key of the issuer'],
    ['no-signature', 'is not a signed token'],
    ['audience', 'is for another client'],
    ['issuer', 'is of the issuer https://evil.example'],
    ['expired', 'has expired'],
    ['nonce', 'is of another attempt'],
  ])('does not believe a token with the lie %s', async (lie, why) => {
    issuer.person({ preferred_username: 'ana', groups: ['oncall'] });
    issuer.lie(lie);
    const end = await signInAtIssuer();
    expect({ status: end.status, cookie: end.cookie, text: end.text }).toMatchObject({
      status: 403,
      cookie: '',
      text: expect.stringContaining(why) as string,
    });
  });

  it('ends in the browser that began it, once, with the state that it began with', async () => {
    issuer.person({ preferred_username: 'ana', groups: ['oncall'] });
    expect((await signInAtIssuer(undefined, false)).status).toBe(403);
    const forged = await signInAtIssuer((back) => {
      back.searchParams.set('state', 'x');
      return back;
    });
    expect(forged.status).toBe(403);
    const wrong = await signInAtIssuer((back) => {
      back.searchParams.set('code', 'stolen');
      return back;
    });
    expect(wrong.status).toBe(502);
  });
});
