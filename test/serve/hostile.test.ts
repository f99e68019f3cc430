/** What strangers send: nothing of it acts, nothing of it is believed, and the server goes on. */
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Server, ServerPlace, Visitor } from '../rig/serve.ts';
import { openServer, people, serverPlace, signIn, startRun, tokenOf } from '../rig/serve.ts';

let at: ServerPlace;
let server: Server;
let ana: Visitor;
beforeAll(async () => {
  at = serverPlace(people('ana'));
  const ask = '{ id: ask, type: ask, title: "{{inputs.text}}", fields: { cause: { type: string } } }';
  at.write('plain', `inputs: { text: { type: string } }\nsteps:\n  - ${ask}\n`);
  server = await openServer(at);
  ana = await signIn(server.url, 'ana');
});
afterAll(async () => {
  await server.stop();
  at.remove();
});

/** Bytes as they are; what the server answers until it ends the connection. */
function raw(lines: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(Number(new URL(server.url).port), '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
    for (const line of lines) socket.write(line);
  });
}
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);

describe('a path', () => {
  it.each([
    '/../../etc/passwd',
    '/static/../../../etc/passwd',
    '/static/%2e%2e%2fserve.css',
    '/runs/..%2f..%2fetc/report',
    '/runs/%00',
    '/runbooks/..%2f..%2fetc%2fpasswd',
    '/runbooks/%2fetc%2fpasswd',
    'http://evil.example/',
    '//evil.example/',
    '/%',
  ])('%s names nothing of this machine', async (path) => {
    const answer = await raw([
      `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${tokenOf('ana')}\r\nconnection: close\r\n\r\n`,
    ]);
    expect([400, 404]).toContain(statusOf(answer));
    expect(answer).not.toContain('root:');
  });

  it.each(['/', '/runs/x', '/runbooks', '/metrics', '/mcp', '/healthz', '/static/serve.js'])(
    '%s is answered with the whole policy',
    async (path) => {
      const { headers } = await ana.get(path);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self';(?!.*unsafe)/,
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );
});

describe('whoever has no session', () => {
  it('is sent to sign in by pages, and refused by everything else', async () => {
    const look = (path: string, init: RequestInit = {}) => fetch(server.url + path, { redirect: 'manual', ...init });
    expect((await look('/runs/x')).headers.get('location')).toBe('/login?next=%2Fruns%2Fx');
    expect((await look('/runs/x/events')).status).toBe(401);
    expect((await look('/runs/x/answer', { method: 'POST', body: new URLSearchParams({ verdict: 'yes' }) })).status).toBe(401);
    expect((await look('/', { headers: { cookie: 'runbook=forged' } })).status).toBe(303);
    expect((await look('/', { headers: { authorization: 'Bearer forged' } })).status).toBe(401);
    expect((await look('/login/oidc')).status).toBe(404);
  });

  it('goes only to pages of this server after signing in', async () => {
    for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/runs/\r\nx: y']) {
      const body = new URLSearchParams({ token: tokenOf('ana'), next });
      const answer = await fetch(`${server.url}/login`, { method: 'POST', body, redirect: 'manual' });
      expect(answer.headers.get('location')).toBe('/');
      expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/);
    }
    const crossed = await fetch(`${server.url}/login`, {
      method: 'POST',
      body: 'token=x',
      headers: { origin: 'https://evil.example' },
    });
    expect(crossed.status).toBe(403);
  });
});

describe('a body', () => {
  it('that is huge is not read', async () => {
    const announced = await raw([`POST /login HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n\r\n`, 'x'.repeat(1000)]);
    expect(statusOf(announced)).toBe(413);
    const chunk = `${(64 * 1024).toString(16)}\r\n${'x'.repeat(64 * 1024)}\r\n`;
    const chunked = await raw([
      'POST /login HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n',
      ...Array.from({ length: 40 }, () => chunk),
    ]);
    expect([0, 413]).toContain(statusOf(chunked));
  });

  it('or a header that never ends is given up', async () => {
    const [body, header] = await Promise.all([
      raw(['POST /login HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n', 'x']),
      raw(['GET / HTTP/1.1\r\nhost: x\r\nx-slow: ']),
    ]);
    expect([0, 408]).toContain(statusOf(body));
    expect([0, 408]).toContain(statusOf(header));
    expect((await ana.get('/healthz')).status).toBe(200);
  });

  it('of another kind than a form is refused, and so is a field that is there twice', async () => {
    const send = (body: string, type: string) =>
      fetch(`${server.url}/login`, { method: 'POST', body, headers: { 'content-type': type } });
    expect((await send('{"token":"x"}', 'application/json')).status).toBe(415);
    expect((await send('token=a&token=b', 'application/x-www-form-urlencoded')).status).toBe(400);
  });
});

describe('HTML from outside', () => {
  it('stays text on every page', async () => {
    const evil = `<img src=x onerror=alert(1)>'"&</pre><script>alert(2)</script>`;
    const run = await startRun(ana, 'plain', `?environment=lab&input.text=${encodeURIComponent(evil)}`);
    for (const path of [
      `/runs/${run}`,
      `/runs/${run}/report`,
      `/runbooks?q=${encodeURIComponent(evil)}`,
      `/runbooks/plain?input.text=${encodeURIComponent(evil)}`,
    ]) {
      const { status, text } = await ana.get(path);
      expect(status).toBe(200);
      expect(text).toContain('&lt;img src=x');
      expect(text).not.toMatch(/<img|<script>/);
    }
  });
});

describe('too many requests', () => {
  it('of somebody whose credentials are wrong are answered with 429', async () => {
    const tries = Array.from({ length: 40 }, (_, index) =>
      fetch(`${server.url}/runs/x/events`, { headers: { authorization: `Bearer guess-${String(index)}` } }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses).toContain(429);
    expect(statuses).toContain(401);
  });
});
