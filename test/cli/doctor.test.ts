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

it('nothing reaches out while the environment turns off the verification of certificates', async () => {
  const env = { ...here.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  for (const args of [['doctor'], ['check', 'anything.yaml'], ['run', 'anything.yaml']]) {
    const { code, stderr } = await runbook(args, { env, cwd: here.folder });
    expect(code).toBe(2);
    expect(stderr).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the verification of certificates');
    expect(stderr).toContain('unset it');
  }
});
