/** What of each step type is a read: by its parameters alone. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Json } from '../../src/interpreter/core/model/value.ts';
import { registry } from '../../src/steps/index.ts';
import { openStep } from '../rig/session.ts';

const effectOf = (type: string, params: Readonly<Record<string, Json>>) => registry.get(type)?.facts(params).effect;
const collect = { count: 1, timeout: '1s' };

it.each<[string, Readonly<Record<string, Json>>]>([
  ['http', { url: '/x' }],
  ['http', { url: '/x', method: 'HEAD', headers: { accept: 'text/plain' }, query: { method: 'a' } }],
  ['websocket', { subscribe: 'book', collect }],
  ['websocket', { send: { ask: 'state' }, reads: true, collect }],
  ['log', { match: 'x', file: 'a.log' }],
  ['log', { match: 'x', command: ['journalctl', '-u', 'web'] }],
  ['log', { match: 'x', command: ['our-log-tool'], reads: true }],
  ['shell', { argv: ['our-tool'], reads: true }],
  ['shell', { script: 'df -h | tail -1', reads: true }],
  ['file', { read: 'a.yaml' }],
  ['redis', { scan: { match: 'a*' } }],
  ['kafka', { groupLag: { group: 'g' } }],
  ['flag', { flag: 'a', may: 'write' }],
  ['alert', { alert: 'A' }],
  ['sql', { query: 'select 1' }],
])('%s %j reads', (type, params) => {
  expect(effectOf(type, params)).toBe('read');
});

it.each<[string, Readonly<Record<string, Json>>]>([
  ['http', { url: '/x', headers: { 'X-HTTP-Method-Override': 'DELETE' } }],
  ['http', { url: '/x', headers: { 'x-http-method': 'DELETE' } }],
  ['http', { url: '/x', headers: { 'X-Method-Override': 'PUT' } }],
  ['http', { url: '/x', query: { _method: 'delete' } }],
  ['http', { url: '/x?_method=delete' }],
  ['websocket', { send: { order: 'stop' }, collect }],
  ['log', { match: 'x', command: ['rm', '-rf', 'x'] }],
  ['log', { match: 'x', command: ['journalctl', '--rotate'], reads: true }],
  ['log', { match: 'x', command: ['our-log-tool'] }],
  ['shell', { script: 'df -h' }],
  ['shell', { argv: ['rm', 'x'], reads: true }],
  ['shell', { argv: ['cat', 'x'], env: { LD_PRELOAD: 'x' } }],
  ['shell', { argv: ['cat', 'x'], passEnv: ['LD_PRELOAD'] }],
  ['shell', { argv: ['redis-cli', 'ping'], stdin: 'FLUSHALL' }],
  ['file', { edit: 'a.yaml', set: { a: 1 } }],
  ['flag', { flag: 'a', set: true }],
  ['alert', { silence: { alert: 'A' } }],
  ['sql', { query: 'delete from t' }],
  ['notify', { to: 'ops', message: 'x' }],
])('%s %j does not', (type, params) => {
  expect(['write', 'destructive']).toContain(effectOf(type, params));
});

it('a file step reads plain files only: a named pipe would lose what is read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-reads-'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const file = registry.get('file');
  if (file === undefined) throw new Error('there is no file step');
  const bench = await openStep(file, null);
  expect((await bench.run({ read: join(folder, 'pipe') })).done).toMatchObject({ ok: false, code: 'format' });
  await bench.session.close();
  rmSync(folder, { recursive: true });
});
