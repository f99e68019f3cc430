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

  it('ends at its time with what came; nothing at all is no data', async () => {
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

  it('what is no JSON and what has no sequence number is kept, not counted', async () => {
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

  it('ends when it is told to', async () => {
    const url = await serve(() => undefined);
    expect(await collect(url, { collect: { count: 1, timeout: 60_000 } }, AbortSignal.timeout(100))).toMatchObject({
      ok: false,
      code: 'stopped',
    });
  });
});
