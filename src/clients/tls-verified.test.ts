/** A variable of the environment makes Node take any certificate. Clients that reach servers are told otherwise. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { Server } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { makeAuthority } from '../../lab/servers/certificates.ts';
import { openStep } from '../../test/rig/session.ts';
import type { Json } from '../interpreter/core/model/value.ts';
import { registry } from '../steps/index.ts';

let server: Server;
let port: number;
const folder = mkdtempSync(join(tmpdir(), 'runbook-test-tls-'));
/** Bytes that a client sent after it had taken the certificate. */
let received = 0;

beforeAll(async () => {
  const { cert, key } = await makeAuthority(folder, 'stranger');
  server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      received += bytes.length;
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
    });
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it.each<[string, string, (at: string) => Json, Json]>([
  ['http', 'http', (at) => ({ url: `https://${at}`, headers: { authorization: 'Bearer abcdefgh' } }), { get: '/' }],
  ['metric', 'prometheus', (at) => ({ url: `https://${at}` }), { query: 'up' }],
  ['websocket', 'websocket', (at) => ({ url: `wss://${at}` }), { collect: { count: 1, timeout: 3000 } }],
  ['redis', 'redis', (at) => ({ url: `rediss://${at}` }), { command: ['PING'] }],
])('%s sends nothing to a server with a certificate of a stranger', async (step, targetType, target, params) => {
  const type = registry.get(step);
  if (type === undefined) throw new Error(`no step type ${step}`);
  received = 0;
  const bench = await openStep(type, target(`127.0.0.1:${String(port)}`), targetType);
  const { done } = await bench.run(params);
  await bench.session.close();
  expect(done).toMatchObject({ ok: false, wire: 'notStarted' });
  expect(received).toBe(0);
});
