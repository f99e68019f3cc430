/** Files on another host, through a real OpenSSH server. */
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { TestSsh } from '../../../lab/servers/ssh-tests.ts';
import { startSsh } from '../../../lab/servers/ssh-tests.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import { stepType } from './index.ts';

let server: TestSsh;
let bench: Bench;
const folder = mkdtempSync(join(tmpdir(), 'runbook-file-ssh-'));
const path = join(folder, "app's $(config).yaml");
const text = 'database: # of orders\n  host: primary\n  port: 5432\n';
beforeAll(async () => {
  server = await startSsh();
  bench = await openStep(stepType, { ...server.target }, 'ssh');
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  writeFileSync(path, text);
  chmodSync(path, 0o640);
});
const change = { edit: path, set: { 'database.host': 'replica' } };

it('reads one whole, as text and as data', async () => {
  expect(resultOf(await bench.run({ read: path }))).toMatchObject({ path, text, data: { database: { host: 'primary' } } });
});

it('edits one key, keeps the rest byte by byte, and mode and owner; nothing is left beside it', async () => {
  const old = statSync(path);
  expect(resultOf(await bench.run(change))).toMatchObject({ changes: { 'database.host': { from: 'primary', to: 'replica' } } });
  expect(readFileSync(path, 'utf8')).toBe(text.replace('primary', 'replica'));
  const now = statSync(path);
  expect([now.mode, now.uid, now.gid]).toEqual([old.mode, old.uid, old.gid]);
  expect(now.ino).not.toBe(old.ino);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  expect((await bench.run(change)).done).toMatchObject({ ok: true, changed: false });
});

it('a link stays a link', async () => {
  const link = join(folder, 'link.yaml');
  symlinkSync(path, link);
  await bench.run({ ...change, edit: link });
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain('replica');
});

it('previews from and to, and changes nothing', async () => {
  const preview = await bench.session.preview?.(change, bench.context());
  expect(preview?.diff).toContain('"primary" -> "replica"');
  expect(readFileSync(path, 'utf8')).toBe(text);
});

it('puts back what was there, unless somebody else has changed it since', async () => {
  const old = (await bench.session.capture?.(change, bench.context())) ?? null;
  await bench.run(change);
  expect(await bench.session.restore?.(old, change, bench.context())).toMatchObject({ ok: true, changed: true });
  expect(readFileSync(path, 'utf8')).toBe(text);
  await bench.run(change);
  writeFileSync(path, 'database: { host: third }\n');
  expect(await bench.session.restore?.(old, change, bench.context())).toMatchObject({ ok: false, code: 'changed-meanwhile' });
  expect(readFileSync(path, 'utf8')).toContain('third');
});

it('says that a file is not there', async () => {
  expect((await bench.run({ read: join(folder, 'missing.yaml') })).done).toMatchObject({ ok: false, code: 'ENOENT' });
});

it('writes nothing when the connection cannot be made', async () => {
  const nobody = await openStep(stepType, { ...server.target, port: 1 }, 'ssh');
  const { done, sent } = await nobody.run(change);
  expect(done).toMatchObject({ ok: false, wire: 'notStarted', class: 'connection' });
  expect(sent).toBe(false);
});
