/** An issuer of OpenID Connect on loopback: it knows one person at a time, and can be made to lie. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Issuer {
  readonly url: string;
  /** Who signs in next, with the claims of the ID token. */
  person(claims: Readonly<Record<string, unknown>>): void;
  /** What of the next token is wrong. */
  lie(how: Lie): void;
  close(): Promise<void>;
}

export type Lie = 'none' | 'other-key' | 'no-signature' | 'audience' | 'issuer' | 'expired' | 'nonce';

interface Grant {
  readonly challenge: string;
  readonly nonce: string;
  readonly redirect: string;
  readonly client: string;
}

export async function openIssuer(secret: string): Promise<Issuer> {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const grants = new Map<string, Grant>();
  let claims: Readonly<Record<string, unknown>> = {};
  let lie: Lie = 'none';
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = ({ nonce, client }: Grant): string => {
    const now = Math.floor(Date.now() / 1000);
    const header = { alg: lie === 'no-signature' ? 'none' : 'ES256', kid: 'one' };
    const body = {
      iss: lie === 'issuer' ? 'https://evil.example' : url,
      aud: lie === 'audience' ? 'somebody' : client,
      iat: now - 7200,
      exp: lie === 'expired' ? now - 3600 : now + 300,
      nonce: lie === 'nonce' ? 'another' : nonce,
      ...claims,
    };
    const text = `${part(header)}.${part(body)}`;
    const key = { key: lie === 'other-key' ? other.privateKey : own.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return `${text}.${lie === 'no-signature' ? '' : sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  };
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const json = (response: ServerResponse, value: unknown, status = 200): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = new URL(request.url ?? '', url);
    switch (at.pathname) {
      case '/.well-known/openid-configuration':
        return json(response, {
          issuer: url,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
          jwks_uri: `${url}/keys`,
        });
      case '/keys':
        return json(response, { keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' }] });
      case '/authorize': {
        const asked = (name: string): string => at.searchParams.get(name) ?? '';
        const code = randomBytes(16).toString('hex');
        grants.set(code, {
          challenge: asked('code_challenge'),
          nonce: asked('nonce'),
          redirect: asked('redirect_uri'),
          client: asked('client_id'),
        });
        const back = new URL(asked('redirect_uri'));
        back.searchParams.set('code', code);
        back.searchParams.set('state', asked('state'));
        response.writeHead(303, { location: back.href }).end();
        return;
      }
      default: {
        let text = '';
        for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
        const form = new URLSearchParams(text);
        const grant = grants.get(form.get('code') ?? '');
        grants.delete(form.get('code') ?? '');
        const verified =
          createHash('sha256')
            .update(form.get('code_verifier') ?? '')
            .digest('base64url') === grant?.challenge;
        const given = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
        // RFC 6749, 2.3.1: both parts are encoded as those of a form.
        const [client = '', password = ''] = given.split(':').map((one) => decodeURIComponent(one.replaceAll('+', ' ')));
        const isClient = client === grant?.client && password === secret;
        if (grant === undefined || !verified || !isClient || form.get('redirect_uri') !== grant.redirect)
          return json(response, { error: 'invalid_grant' }, 400);
        return json(response, { access_token: 'x', token_type: 'Bearer', id_token: token(grant) });
      }
    }
  };
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    person: (next) => {
      claims = next;
    },
    lie: (how) => {
      lie = how;
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
