/** Against real servers on loopback, also ones that misbehave (every failure says whether it may have acted). */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { closedPort, startHttp, startTcp } from '../../../test/rig/servers.ts';
import type { TestServer } from '../../../test/rig/servers.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import type { Performed } from '../../../test/rig/session.ts';
import { exchange } from '../../clients/http.ts';
import { stepType } from './index.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
function kept<T extends TestServer>(server: T): T {
  closing.push(() => server.close());
  return server;
}
const call = async (
  url: string,
  params: object,
  more: { readonly timeoutMs?: number; readonly target?: object } = {},
): Promise<Performed> => {
  const bench = await openStep(stepType, { url, ...more.target });
  return bench.run({ url: '/', ...params }, more.timeoutMs === undefined ? {} : { timeoutMs: more.timeoutMs });
};

describe('http', () => {
  it('sends method, query, headers and body, and reads JSON', async () => {
    const server = kept(await startHttp((response) => response.end('{"ok":true}')));
    const performed = await call(
      `${server.url}/api`,
      { method: 'POST', url: '/v1/things', query: { a: 'x y' }, headers: { 'X-Trace': '7' }, body: { n: 1 } },
      { target: { token: 'hidden-token' } },
    );
    expect(resultOf(performed)).toMatchObject({ status: 200, body: { ok: true } });
    expect(performed.done).toMatchObject({ changed: true });
    expect(server.received).toMatchObject([
      {
        method: 'POST',
        path: '/api/v1/things?a=x+y',
        body: '{"n":1}',
        headers: {
          'x-trace': '7',
          authorization: 'Bearer hidden-token',
          'idempotency-key': 'run/step',
          'content-type': 'application/json',
        },
      },
    ]);
  });

  it('keeps integers beyond 2^53 exact, and strings unchanged', async () => {
    const server = kept(
      await startHttp((response) => response.end('{"id":9007199254740993,"text":"9007199254740993 \\" 1","n":12}')),
    );
    expect(resultOf(await call(server.url, {}))).toMatchObject({
      body: { id: '9007199254740993', text: '9007199254740993 " 1', n: 12 },
    });
  });

  it('a read that the server refuses has failed; a write that a gateway lost is unknown', async () => {
    const server = kept(await startHttp((response) => response.writeHead(504).end('gone')));
    expect((await call(server.url, {})).done).toMatchObject({ ok: false, wire: 'refused', code: 'status-504' });
    expect((await call(server.url, { method: 'POST' })).done).toMatchObject({ ok: false, wire: 'unknown', code: 'status-504' });
    const forbidden = kept(await startHttp((response) => response.writeHead(403).end()));
    expect((await call(forbidden.url, { method: 'POST' })).done).toMatchObject({
      wire: 'refused',
      class: 'auth',
      code: 'status-403',
    });
  });

  it('no client of a service lets a name of dots choose another folder', async () => {
    const server = kept(await startHttp((response) => response.end('{}')));
    for (const name of ['..', '.', '%2E%2e', 'a/../b'])
      expect(
        await exchange({ method: 'PUT', url: `${server.url}/flags/${name}`, headers: {}, signal: AbortSignal.timeout(9000) }),
      ).toMatchObject({
        ok: false,
        wire: 'notStarted',
        code: 'dot-segment',
      });
    expect(server.received).toEqual([]);
    const url = `${server.url}/a..b/...?next=../x`;
    expect(await exchange({ method: 'GET', url, headers: {}, signal: AbortSignal.timeout(9000) })).toMatchObject({ ok: true });
  });

  it('expectStatus says which answers are good', async () => {
    const server = kept(await startHttp((response) => response.writeHead(404).end('none')));
    expect((await call(server.url, { expectStatus: [404] })).done).toMatchObject({
      ok: true,
      result: { status: 404, body: 'none' },
    });
  });

  it('follows no redirect: the host that was declared is the host that is asked', async () => {
    const server = kept(await startHttp((response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()));
    expect((await call(server.url, {})).done).toMatchObject({ ok: false, code: 'status-302' });
    expect(server.received.length).toBe(1);
  });

  it.each(['//evil.example/x', 'http://evil.example/', '\\\\evil.example'])('a path cannot leave the host: %s', async (url) => {
    const server = kept(await startHttp((response, one) => response.end(one.path)));
    const { done } = await call(server.url, { url });
    if (done.ok) expect(server.received.length).toBe(1);
    else expect(done).toMatchObject({ code: 'url', wire: 'notStarted' });
  });

  it('a whole address is no path, also where a value brings it', async () => {
    const server = kept(await startHttp((response) => response.end()));
    for (const url of [`${server.url}/x`, 'HTTPS://other.example/']) {
      const { done, sent } = await call(server.url, { url });
      expect({ done, sent }).toMatchObject({ done: { ok: false, code: 'url', wire: 'notStarted' }, sent: false });
    }
    expect(server.received).toEqual([]);
  });

  it.each(['../admin', '/v1/../../admin', '%2e%2e/admin', '..', '..\\\\admin', '/v1/%2E%2E/..'])(
    'a path cannot leave what lies below the url of the target: %s',
    async (url) => {
      const server = kept(await startHttp((response) => response.end()));
      const { done, sent } = await call(`${server.url}/api`, { url });
      expect({ done, sent }).toMatchObject({ done: { ok: false, code: 'url', wire: 'notStarted' }, sent: false });
    },
  );

  it.each(['Host', 'transfer-encoding', 'Content-Length', 'connection', 'upgrade'])(
    'the header %s belongs to the connection',
    async (name) => {
      const server = kept(await startHttp((response) => response.end()));
      const { done, sent } = await call(server.url, { headers: { [name]: 'x' } });
      expect({ done, sent }).toMatchObject({ done: { ok: false, code: 'header', wire: 'notStarted' }, sent: false });
    },
  );

  it('a refused connection, also on a port that browsers avoid, was not started', async () => {
    for (const port of [await closedPort(), 1]) {
      const { done, sent } = await call(`http://127.0.0.1:${String(port)}`, { method: 'POST' });
      expect({ done, sent }).toMatchObject({
        done: { wire: 'notStarted', class: 'connection', code: 'ECONNREFUSED' },
        sent: false,
      });
    }
  });

  it('a name that does not exist was not started', async () => {
    const { done, sent } = await call('http://does-not-exist.invalid', { method: 'POST' });
    expect({ done, sent }).toMatchObject({ done: { wire: 'notStarted', class: 'connection' }, sent: false });
  });

  it.each([
    ['cut before the answer', (socket: { destroy(): void }) => socket.destroy()],
    [
      'cut in the middle of the body',
      (socket: { write(text: string): void; destroy(): void }) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart');
        setTimeout(() => {
          socket.destroy();
        }, 20);
      },
    ],
    ['answered with something that is not HTTP', (socket: { end(text: string): void }) => socket.end('SSH-2.0-OpenSSH\r\n')],
  ])('%s: unknown, since the request had left', async (_name, misbehave) => {
    const server = kept(await startTcp((socket) => socket.once('data', () => misbehave(socket))));
    const { done, sent } = await call(server.url, { method: 'POST' });
    expect({ done, sent }).toMatchObject({ done: { ok: false, wire: 'unknown', class: 'connection' }, sent: true });
  });

  it.each([
    ['never answers', () => undefined],
    [
      'sends headers and then nothing',
      (socket: { write(text: string): void }) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n'),
    ],
  ])('a server that %s ends at the deadline', async (_name, misbehave) => {
    const server = kept(await startTcp((socket) => socket.once('data', () => misbehave(socket))));
    const { done } = await call(server.url, {}, { timeoutMs: 200 });
    expect(done).toMatchObject({ ok: false, class: 'timeout', code: 'timeout' });
  });

  it('an answer without end is cut at 1 MiB', async () => {
    const server = kept(
      await startHttp((response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
        };
        response.on('drain', more);
        more();
      }),
    );
    expect((await call(server.url, {})).done).toMatchObject({ ok: false, code: 'body-too-large' });
  });

  it('a header with a line break is refused before anything is sent, and its value is not repeated', async () => {
    const server = kept(await startHttp((response) => response.end()));
    const { done } = await call(server.url, { headers: { 'x-a': 'secret\r\nx-b: 1' } });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', code: 'header' });
    expect(JSON.stringify(done)).not.toContain('secret');
    expect(server.received).toEqual([]);
  });

  it('a certificate that nobody vouches for: not started, with the reason', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'runbook-tls-'));
    const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-subj', '/CN=localhost', '-days', '1'],
      { stdio: 'ignore' },
    );
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => response.end('x'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { done, sent } = await call(`https://127.0.0.1:${String((server.address() as AddressInfo).port)}`, {
        method: 'POST',
      });
      expect({ done, sent }).toMatchObject({ done: { wire: 'notStarted', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, sent: false });
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
