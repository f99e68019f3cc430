/** Against a real WebSocket server that can also misbehave (catalogue 01.9, 01.17). */
import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { closedPort, startHttp } from '../../../test/rig/servers.ts';
import { openStep } from '../../../test/rig/session.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import { stepType } from './index.ts';

let server: WebSocketServer | undefined;
afterEach(() => {
  for (const client of server?.clients ?? []) client.terminate();
  server?.close();
  server = undefined;
});
async function serve(use: (socket: WebSocket, text: string) => void): Promise<string> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      use(socket, (data as Buffer).toString());
    });
  });
  await once(server, 'listening');
  return `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
async function collect(url: string, params: object, signal?: AbortSignal): Promise<Done> {
  const bench = await openStep(stepType, { url });
  return (
    await bench.run(
      { subscribe: 'book', collect: { count: 3, timeout: 2000 }, ...params },
      signal === undefined ? {} : { signal },
    )
  ).done;
}
const frames =
  (...seqs: readonly (readonly [number, number])[]) =>
  (socket: WebSocket) => {
    for (const [seq, prevSeq] of seqs) socket.send(JSON.stringify({ seq, prevSeq, levels: [seq] }));
  };

describe('websocket', () => {
  it('subscribes, counts, and keeps the last book', async () => {
    let asked = '';
    const url = await serve((socket, text) => {
      asked = text;
      frames([1, 0], [2, 1], [5, 2])(socket);
    });
    expect(await collect(url, {})).toMatchObject({
      ok: true,
      changed: false,
      result: { count: 3, gaps: 0, firstSeq: 1, lastSeq: 5, book: { seq: 5, levels: [5] } },
    });
    expect(asked).toBe('{"subscribe":"book"}');
  });

  it('finds a gap: a message whose predecessor is not the last one', async () => {
    const url = await serve(frames([1, 0], [4, 3], [5, 4]));
    expect(await collect(url, {})).toMatchObject({ ok: true, result: { gaps: 1 } });
  });

  it('ends at its time with what came; nothing at all counts as no data', async () => {
    const url = await serve(frames([1, 0]));
    expect(await collect(url, { collect: { count: 3, timeout: 150 } })).toMatchObject({
      ok: true,
      noData: false,
      result: { count: 1 },
    });
    const silent = await serve(() => undefined);
    expect(await collect(silent, { collect: { count: 3, timeout: 150 } })).toMatchObject({
      ok: true,
      noData: true,
      result: { count: 0 },
    });
  });

  it('tells the code with which the server closed', async () => {
    const url = await serve((socket) => {
      socket.close(1013, 'later');
    });
    expect(await collect(url, {})).toMatchObject({ ok: true, noData: true, result: { closeCode: 1013 } });
  });

  it('what is not JSON and what has no sequence number is kept, not counted', async () => {
    const url = await serve((socket) => {
      socket.send('hello');
      socket.send('{"seq":"7"}');
      frames([1, 0], [2, 1], [3, 2])(socket);
    });
    const done = await collect(url, {});
    expect(done).toMatchObject({ ok: true, result: { count: 3, gaps: 0 } });
    expect(done.ok ? (done.result as { messages: readonly unknown[] }).messages.slice(0, 2) : []).toEqual([
      'hello',
      { seq: '7' },
    ]);
  });

  it('a refused connection, a refused upgrade and a cut are told apart', async () => {
    expect(await collect(`ws://127.0.0.1:${String(await closedPort())}`, {})).toMatchObject({
      ok: false,
      wire: 'notStarted',
      code: 'ECONNREFUSED',
    });
    const http = await startHttp((response) => response.end('no'));
    const { done } = await (
      await openStep(stepType, { url: http.url.replace('http', 'ws') })
    ).run({ subscribe: 'x', collect: { count: 1, timeout: 2000 } });
    await http.close();
    expect(done).toMatchObject({ ok: false });
    const url = await serve((socket) => {
      frames([1, 0])(socket);
      socket.terminate();
    });
    expect(await collect(url, {})).toMatchObject({ ok: true, result: { closeCode: 1006 } });
  });

  describe('of a server that asks for a token', () => {
    const guarded = async (): Promise<string> => {
      server = new WebSocketServer({
        port: 0,
        host: '127.0.0.1',
        verifyClient: ({ req }, answer) => {
          const { authorization, 'x-tenant': tenant } = req.headers;
          const isKnown = authorization === 'Bearer new' || tenant === 'a' || req.url === '/?key=a%26b';
          answer(isKnown, 401);
        },
      });
      server.on('connection', (socket) => {
        socket.on('message', () => {
          socket.close(4001, 'no such channel');
        });
      });
      await once(server, 'listening');
      return `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    };
    const opening = { subscribe: undefined, collect: undefined };

    it('opens with a token, a header or a part of the address, and sends that of the target', async () => {
      const url = await guarded();
      for (const known of [{ token: 'new' }, { headers: { 'X-Tenant': 'a' } }, { query: { key: 'a&b' } }])
        expect(await collect(url, { ...opening, ...known })).toMatchObject({ ok: true, noData: false, result: { status: 101 } });
      const bench = await openStep(stepType, { url, token: 'new' });
      expect((await bench.run({})).done).toMatchObject({ ok: true });
    });

    it('is content with a refusal that is expected, and with nothing else then', async () => {
      const url = await guarded();
      expect(await collect(url, { token: 'old' })).toMatchObject({ ok: false, class: 'auth', code: 'status-401' });
      expect(await collect(url, { token: 'old', expectStatus: [401] })).toMatchObject({ ok: true, result: { status: 401 } });
      expect(await collect(url, { token: 'old', expectStatus: [403] })).toMatchObject({ ok: false, code: 'status-401' });
      expect(await collect(url, { token: 'new', expectStatus: [401] })).toMatchObject({ ok: false, code: 'opened' });
      const closed = `ws://127.0.0.1:${String(await closedPort())}`;
      expect(await collect(closed, { expectStatus: [401] })).toMatchObject({ ok: false, code: 'ECONNREFUSED' });
    });

    it('expects the code with which the server closes', async () => {
      const url = await guarded();
      const known = { token: 'new', collect: { count: 1, timeout: 1000 } };
      expect(await collect(url, { ...known, expectClose: [4001] })).toMatchObject({
        ok: true,
        result: { closeCode: 4001, closeReason: 'no such channel' },
      });
      expect(await collect(url, { ...known, expectClose: [4000] })).toMatchObject({ ok: false, code: 'close-code' });
      const open = { ...known, subscribe: undefined, collect: { count: 1, timeout: 200 }, expectClose: [4001] };
      expect(await collect(url, open)).toMatchObject({ ok: false, code: 'not-closed' });
    });
  });

  it('ends when it is told to', async () => {
    const url = await serve(() => undefined);
    expect(await collect(url, { collect: { count: 1, timeout: 60_000 } }, AbortSignal.timeout(100))).toMatchObject({
      ok: false,
      code: 'stopped',
    });
  });
});
