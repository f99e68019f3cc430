/** Logs on another host, through a real OpenSSH server. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestSsh } from '../../../lab/servers/ssh-tests.ts';
import { startSsh } from '../../../lab/servers/ssh-tests.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import { stepType } from './index.ts';

let server: TestSsh;
let bench: Bench;
const folder = mkdtempSync(join(tmpdir(), 'runbook-log-ssh-'));
beforeAll(async () => {
  server = await startSsh();
  bench = await openStep(stepType, { ...server.target }, 'ssh');
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
const now = (): string => new Date().toISOString();

it('counts the lines that a command prints over there', async () => {
  const command = ['printf', '%s\n', 'gap BTC', 'fine', 'gap ETH'];
  expect(resultOf(await bench.run({ match: '^gap', command }))).toMatchObject({ count: 2, scanned: 3 });
});

it('reads a file with a name that no shell likes, and the one before it when that was written to lately', async () => {
  const file = join(folder, "a log's $(name).log");
  writeFileSync(file, `${now()} gap new\n${now()} fine\n`);
  writeFileSync(`${file}.1`, `${now()} gap before\n`);
  expect(resultOf(await bench.run({ match: 'gap', file }))).toMatchObject({ count: 2 });
  const old = Date.now() / 1000 - 3600;
  utimesSync(`${file}.1`, old, old);
  expect(resultOf(await bench.run({ match: 'gap', file }))).toMatchObject({ count: 1 });
});

it('says that a file is not there, and what a command that fails said', async () => {
  const missing = await bench.run({ match: 'x', file: join(folder, 'missing.log') });
  expect(missing.done).toMatchObject({ ok: false, wire: 'notStarted', code: 'file' });
  const failed = await bench.run({ match: 'x', command: ['sh', '-c', 'echo no journal >&2; exit 4'] });
  expect(failed.done).toMatchObject({ ok: false, class: 'exit-code', message: 'exit code 4: no journal' });
});

it('does not take a unit that does not exist over there for a quiet log', async () => {
  const { done } = await bench.run({ match: 'x', command: ['journalctl', '-u', 'nosuch', '--no-pager'] });
  expect(done).toMatchObject({ ok: true, noData: true, result: { scanned: 0 } });
});

it('ends one that follows for ever with the deadline', async () => {
  const { done } = await bench.run({ match: 'x', command: ['tail', '-f', '/dev/null'] }, { timeoutMs: 1000 });
  expect(done).toMatchObject({ ok: false, class: 'timeout' });
});

it('needs a file or a command: a host alone is not a log', async () => {
  expect((await bench.run({ match: 'x' })).done).toMatchObject({ ok: false, wire: 'notStarted', class: 'config' });
});
