/** A stop of the server: it waits for what was begun, and for nothing else. */
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Dispatcher } from './dispatch.ts';
import type { Serving } from './server.ts';
import { httpServer } from './server.ts';

let serving: Serving;
let begun: Promise<void>;
let finish: () => void;
beforeEach(async () => {
  // What would end every connection in the end never comes.
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const answer = new Promise<void>((done) => (finish = done));
  let begin: () => void = () => undefined;
  begun = new Promise((done) => (begin = done));
  const slow = async () => {
    begin();
    await answer;
    return { status: 200, body: 'done' };
  };
  const house = { settings: { behindProxy: false }, now: () => 0, counts: { add: () => undefined } };
  const always = { take: () => true };
  serving = httpServer({
    house: house as unknown as Dispatcher['house'],
    routes: [{ method: 'GET', path: '/slow', door: 'open', speaks: 'text', answer: slow }],
    limits: { address: always, caller: always, wrong: always },
    report: String,
  });
  await new Promise<void>((done) => serving.server.listen(0, '127.0.0.1', done));
});
afterEach(() => {
  vi.useRealTimers();
  serving.server.closeAllConnections();
});

interface Client {
  readonly socket: Socket;
  readonly heard: Promise<string>;
}

function client(): Promise<Client> {
  const socket = connect((serving.server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  const heard = new Promise<string>((done) => socket.on('close', () => done(text)));
  return new Promise((done) => serving.server.once('connection', () => done({ socket, heard })));
}

it('does not wait for a connection on which nothing was ever asked', async () => {
  const { heard } = await client();
  await serving.stop();
  expect(await heard).toBe('');
});

it('waits for an answer that was begun, and ends its connection after it', async () => {
  const { socket, heard } = await client();
  socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
  await begun;
  let isStopped = false;
  const stopped = serving.stop().then(() => (isStopped = true));
  expect(isStopped).toBe(false);
  finish();
  await stopped;
  expect(await heard).toMatch(/^HTTP\/1\.1 200[\s\S]*done/);
});
