/** A runbook whose commands, logs and files are on another host, through the built program and a real OpenSSH server. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestSsh } from '../../lab/servers/ssh-tests.ts';
import { startSsh } from '../../lab/servers/ssh-tests.ts';
import { place, runbook } from '../rig/cli.ts';

const here = place();
let server: TestSsh;
beforeAll(async () => {
  server = await startSsh();
  mkdirSync(join(here.folder, 'host'));
  writeFileSync(join(here.folder, 'host/app.yaml'), 'pool: 5\n');
  const target = JSON.stringify({ type: 'ssh', ...server.target });
  writeFileSync(join(here.folder, 'runbook.config.yaml'), `environments: { test: { targets: { web: ${target} } } }\n`);
});
afterAll(async () => {
  await server.stop();
  here.remove();
});

it('edits a file there, runs a command there, counts a log there, and undo puts the file back', async () => {
  const host = join(here.folder, 'host');
  const path = join(here.folder, 'there.yaml');
  writeFileSync(
    path,
    `apiVersion: runbook/v1
id: there
title: There
owners: [tests]
targets: { web: ssh }
steps:
  - { id: pool, type: file, target: web, edit: ${host}/app.yaml, set: { pool: 50 }, undo: restore }
  - { id: restart, type: shell, target: web, cwd: ${host}, script: 'echo "restarted by $SSH_CONNECTION" >> app.log', undo: none }
validations:
  - { id: logged, type: log, target: web, file: ${host}/app.log, match: '^restarted by 127.0.0.1', expect: value == 1 }
`,
  );
  const call = (...args: readonly string[]) => runbook(args, { env: here.env, cwd: here.folder });
  const done = await call('run', path, '-o', 'plain');
  expect(done.code, done.stdout + done.stderr).toBe(0);
  expect(readFileSync(join(host, 'app.yaml'), 'utf8')).toBe('pool: 50\n');
  expect(readFileSync(join(host, 'app.log'), 'utf8')).toMatch(/^restarted by 127\.0\.0\.1 /);
  const undone = await call('undo', 'last', '-o', 'plain');
  expect(undone.code, undone.stdout + undone.stderr).toBe(6);
  expect(readFileSync(join(host, 'app.yaml'), 'utf8')).toBe('pool: 5\n');
});
