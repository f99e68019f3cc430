/** The server on a unix socket: who may connect, and that it takes nothing which is somebody else's. */
import { request } from 'node:http';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Started } from '../rig/cli.ts';
import { eventually, start } from '../rig/cli.ts';
import type { ServerPlace } from '../rig/serve.ts';
import { people, serverPlace } from '../rig/serve.ts';

let at: ServerPlace;
let path: string;
let all: Started[];
beforeEach(() => {
  at = serverPlace(people('ana'));
  path = join(at.folder, 'serve.sock');
  all = [];
});
afterEach(async () => {
  for (const one of all) one.child.kill('SIGKILL');
  await Promise.all(all.map(({ finished }) => finished));
  at.remove();
});

function begin(): Started {
  const started = start(['serve', '--socket', path], { cwd: at.folder, env: at.env });
  all.push(started);
  return started;
}
const listening = (started: Started) =>
  eventually('the server listens', () => (started.stdout().includes(`listening on ${path}`) ? true : undefined));
const health = (): Promise<string> =>
  new Promise((done, fail) => {
    request({ socketPath: path, path: '/healthz' }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => done(text));
    })
      .on('error', fail)
      .end();
  });

it('is for the account and its group, and is gone when the server has stopped', async () => {
  const server = begin();
  await listening(server);
  expect((statSync(path).mode & 0o777).toString(8)).toBe('660');
  expect(await health()).toBe('ok\n');
  server.child.kill('SIGTERM');
  expect((await server.finished).code).toBe(0);
  expect(existsSync(path)).toBe(false);
});

it('takes the place of a server that was killed', async () => {
  const killed = begin();
  await listening(killed);
  killed.child.kill('SIGKILL');
  await killed.finished;
  expect(existsSync(path)).toBe(true);
  await listening(begin());
  expect(await health()).toBe('ok\n');
});

it('does not take the place of a server that lives', async () => {
  await listening(begin());
  const { code, stderr } = await begin().finished;
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('another server listens on') as string });
  expect(await health()).toBe('ok\n');
});

it('removes no file that is not a socket', async () => {
  writeFileSync(path, 'somebody needs this');
  const { code, stderr } = await begin().finished;
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('is not a socket') as string });
  expect(readFileSync(path, 'utf8')).toBe('somebody needs this');
});
