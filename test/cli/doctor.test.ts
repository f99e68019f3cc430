/** `runbook doctor` says what is missing before the night it is needed. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

it('finds a target that refuses and a secret that is not there, and never says a secret', async () => {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const open = (server.address() as AddressInfo).port;
  const closed = createServer();
  await new Promise<void>((done) => closed.listen(0, '127.0.0.1', done));
  const refused = (closed.address() as AddressInfo).port;
  await new Promise((done) => closed.close(done));
  const config = join(here.folder, 'config.yaml');
  writeFileSync(
    config,
    `environments:
  night:
    targets:
      rest: { type: http, url: "http://127.0.0.1:${String(open)}/v1" }
      broker: { type: kafka, brokers: ["127.0.0.1:${String(refused)}"] }
    secrets: { there: 'env:DOCTOR_TEST_SECRET', gone: 'env:DOCTOR_TEST_GONE' }
`,
  );
  const env = { ...here.env, DOCTOR_TEST_SECRET: 'hunter2hunter2' };
  const { code, stdout } = await runbook(['doctor', '--config', config, '--env', 'night'], { env, cwd: here.folder });
  server.close();
  expect(code).toBe(1);
  expect(stdout).toContain(`ok      target rest: 127.0.0.1:${String(open)} accepts connections`);
  expect(stdout).toContain(`MISSING target broker: 127.0.0.1:${String(refused)} refuses connections`);
  expect(stdout).toContain('ok      secret there: is there');
  expect(stdout).toContain('MISSING secret gone: the environment variable DOCTOR_TEST_GONE is not set');
  expect(stdout).not.toContain('hunter2');
});

it('names the environments when the given one is not among them', async () => {
  const config = join(here.folder, 'config.yaml');
  writeFileSync(config, 'environments: { day: {} }\n');
  const { code, stderr } = await runbook(['doctor', '--config', config, '--env', 'night'], { env: here.env, cwd: here.folder });
  expect(code).toBe(2);
  expect(stderr).toContain('known: day');
});

it.each([
  ['NODE_TLS_REJECT_UNAUTHORIZED', '0', 'turns off the verification of certificates'],
  ['NODE_OPTIONS', '--tls-keylog=/dev/null', 'writes the keys or the contents of encrypted connections down'],
  ['NODE_OPTIONS', '--tls-min-v1.0', 'lets encrypted connections be weaker than this version of node allows'],
  ['NODE_DEBUG', 'http,net', 'prints headers, passwords and environments of commands as sent'],
  ['DEBUG', 'express,ioredis:*', 'prints the commands that are sent to Redis, passwords included'],
  ['DEBUG', '*', 'prints the commands that are sent to Redis, passwords included'],
  ['KAFKAJS_DEBUG_PROTOCOL_BUFFERS', '1', 'prints what is sent to Kafka, passwords included'],
])('nothing reaches out while the environment says %s=%s', async (name, value, what) => {
  const env = { ...here.env, [name]: value };
  for (const args of [['doctor'], ['run', 'anything.yaml']]) {
    const { code, stderr } = await runbook(args, { env, cwd: here.folder });
    expect(code).toBe(2);
    expect(stderr).toContain(`${name}=${value} ${what}`);
    expect(stderr).toContain('unset');
  }
});

it('says which secrets a configuration writes out, as lint does, and repeats none', async () => {
  const config = join(here.folder, 'config.yaml');
  writeFileSync(
    config,
    `environments:
  night:
    targets:
      tokenService: { type: http, url: "http://127.0.0.1:1", token: literal-token-1 }
      api: { type: http, url: "http://127.0.0.1:1", headers: { authorization: Bearer abc, x-api-key: secret:there, accept: text/plain } }
      chat: { type: chat, webhook: "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx" }
      data: { type: postgres, host: db, database: d, user: u, password: 'env:PGPASSWORD' }
      cache: { type: redis, url: "redis://127.0.0.1:1", members: { secretA: { password: literal-password-2 } } }
    secrets: { there: 'env:DOCTOR_TEST_SECRET', told: 'exec:["curl", "-H", "Authorization: Bearer abcdefghijklmnop1234"]' }
    facts: { apiToken: literal-token-3, passwordFile: /run/pw, zone: a }
`,
  );
  writeFileSync(
    join(here.folder, 'one.yaml'),
    'apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\nsteps:\n  - { id: one, type: check, expect: 1 == 1 }\n',
  );
  const doctor = await runbook(['doctor', '--config', config], { env: here.env, cwd: here.folder });
  const lint = await runbook(['lint', 'one.yaml', '--config', config], { env: here.env, cwd: here.folder });
  expect(lint.code).toBe(0);
  const told = [...lint.stdout.matchAll(/config\.yaml:(\d+):\d+: warning config-literal-secret: (.*)/g)].map(
    ([, line, message]) => `${line ?? ''} ${message ?? ''}`,
  );
  expect(told).toEqual([
    '4 the value of token is written out',
    '5 the value of authorization is written out',
    '6 the key of a Slack webhook is written out',
    '7 password is sent unchanged: references are opened only under `secrets`',
    '8 the value of password is written out',
    '9 a bearer token is written out',
    '10 the value of apiToken is written out',
  ]);
  for (const line of told) expect(doctor.stdout).toContain(`config.yaml:${line.replace(' ', ': ')}`);
  for (const text of [doctor.stdout, lint.stdout])
    expect(text).not.toMatch(/literal-(?:token|password)|Bearer abc|abcdefghijklmnop|env:PG/);
});

it('a secret that stands where the configuration cannot be read is not repeated', async () => {
  const config = join(here.folder, 'config.yaml');
  for (const text of [
    'environments:\n  night:\n    targets:\n      a: { type: redis, url: "redis://u:hunter2hunter2@h" }\n',
    'environments:\n  night: { targets: { a: { type: redis, password: hunter2hunter2: } }\n',
    'environments: [\n@hunter2hunter2\n',
    'environments:\n\tnight: hunter2hunter2\n',
    'environments: "hunter2\\qhunter2hunter2"\n',
    'hunter2hunter2\n',
  ]) {
    writeFileSync(config, text);
    for (const args of [['doctor'], ['lint', 'one.yaml'], ['plan', 'one.yaml']]) {
      const { stdout, stderr } = await runbook([...args, '--config', config], { env: here.env, cwd: here.folder });
      expect(stdout + stderr).not.toContain('hunter2');
    }
  }
});
