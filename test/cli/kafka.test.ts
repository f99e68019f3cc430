/** The built program against real brokers: a login over TLS from secrets, and an engine that dies between a write and its reply. */
import { Kafka, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSecureKafka } from '../../lab/servers/kafka-test-clusters.ts';
import { startKafka } from '../../lab/servers/test-servers.ts';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook, start } from '../rig/cli.ts';
import { kinds, startKafkaProxy } from '../rig/kafka-proxy.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

const write = (name: string, text: string): string => {
  const path = join(here.folder, name);
  writeFileSync(path, text);
  return path;
};
const document = (...steps: readonly string[]): string =>
  write(
    'small.yaml',
    `apiVersion: runbook/v1\nid: small\ntitle: Small\nowners: [tests]\ntargets: { ledger: kafka }\nsteps:\n${steps
      .map((one) => `  - { ${one} }\n`)
      .join('')}`,
  );
const configuration = (targets: readonly (readonly [string, object])[]): string =>
  write(
    'config.yaml',
    JSON.stringify({
      environments: Object.fromEntries(
        targets.map(([name, target]) => [
          name,
          { targets: { ledger: { type: 'kafka', ...target } }, secrets: { pass: 'env:KAFKA_TEST_PASS' } },
        ]),
      ),
    }),
  );
const everything = (path: string): string =>
  readdirSync(path)
    .map((name) => join(path, name))
    .map((one) => (statSync(one).isDirectory() ? everything(one) : readFileSync(one, 'utf8')))
    .join('\n');
async function adminOf(brokers: readonly string[]): Promise<Admin> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  return admin;
}

it('checks, changes and undoes with a login over TLS, and the password is in no file and no line', async () => {
  const server = await startSecureKafka();
  const admin = await adminOf(server.brokers);
  try {
    const configEntries = [{ name: 'retention.ms', value: '1000000' }];
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic: 'orders', configEntries }] });
    await expect.poll(() => admin.listTopics()).toContain('orders');
    const path = document(
      `id: shorter, type: kafka, alterConfig: { topic: orders, set: { retention.ms: 60000 } }, undo: restore`,
    );
    const login = { mechanism: 'scram-sha-512', username: server.user, password: 'secret:pass' };
    const config = configuration([
      ['good', { brokers: [server.at.saslTls], tls: { ca: server.ca }, sasl: login }],
      ['strange', { brokers: [server.at.saslTls], tls: { ca: server.strangeCa }, sasl: login }],
    ]);
    const plain = (password: string, ...args: readonly string[]): Promise<Finished> =>
      runbook(args, { env: { ...here.env, KAFKA_TEST_PASS: password }, cwd: here.folder });
    const call = (env: string, password: string, ...args: readonly string[]): Promise<Finished> =>
      plain(password, ...args, '--config', config, '--env', env);
    const retention = async (): Promise<string | undefined> => {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: 2, name: 'orders', configNames: ['retention.ms'] }],
      });
      return resources[0]?.configEntries[0]?.configValue;
    };

    const checked = await call('good', server.password, 'check', path);
    expect(checked.stdout + checked.stderr).toContain('topic orders retention.ms: 1000000 -> 60000');
    expect(await retention()).toBe('1000000');

    const wrong = await call('good', 'hunter2hunter2', 'run', path, '--no-questions');
    expect(wrong.code).not.toBe(0);
    expect(wrong.stdout + wrong.stderr).toContain('target ledger');
    const strange = await call('strange', server.password, 'run', path, '--no-questions');
    expect(strange.code).not.toBe(0);
    expect(strange.stdout + strange.stderr).toContain('tls.ca');
    expect(await retention()).toBe('1000000');

    const done = await call('good', server.password, 'run', path, '--no-questions');
    expect(done.code, done.stdout + done.stderr).toBe(0);
    expect(await retention()).toBe('60000');
    const rows = JSON.parse((await plain(server.password, 'runs', '-o', 'json')).stdout) as readonly {
      readonly run: string;
      readonly outcome?: string;
    }[];
    const undone = await plain(
      server.password,
      'undo',
      rows.find((one) => one.outcome === 'succeeded')?.run ?? '',
      '--config',
      config,
    );
    expect(undone.code, undone.stdout + undone.stderr).toBe(6);
    expect(await retention()).toBe('1000000');

    const said = [checked, wrong, strange, done, undone].map((one) => one.stdout + one.stderr).join('\n');
    for (const password of [server.password, 'hunter2hunter2']) {
      expect(said).not.toContain(password);
      expect(everything(here.folder)).not.toContain(password);
    }
  } finally {
    await admin.disconnect();
    await server.stop();
  }
}, 180_000);

it('killed between a write and its reply and resumed: the topic is found, and not made a second time', async () => {
  const proxy = await startKafkaProxy();
  const server = await startKafka({
    advertise: (port) => {
      proxy.to(port);
      return proxy.port;
    },
  });
  const brokers = [`127.0.0.1:${String(proxy.port)}`];
  const admin = await adminOf(brokers);
  try {
    const path = document('id: make, type: kafka, createTopic: { topic: orders, partitions: 2 }, undo: none');
    const config = configuration([['good', { brokers }]]);
    const options = { env: { ...here.env, KAFKA_TEST_PASS: 'unused' }, cwd: here.folder };
    proxy.hold('createTopics', 0);
    const running = start(['run', path, '--config', config, '--env', 'good', '--no-questions'], options);
    await proxy.holding();
    running.child.kill('SIGKILL');
    await running.finished;
    proxy.release();
    await expect.poll(() => admin.listTopics(), { timeout: 10_000 }).toContain('orders');
    proxy.seen();
    const rows = JSON.parse((await runbook(['runs', '-o', 'json'], options)).stdout) as readonly { readonly run: string }[];
    const resumed = await runbook(['resume', rows[0]?.run ?? '', '--config', config, '--no-questions'], options);
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(proxy.seen()).not.toContain(kinds.createTopics);
  } finally {
    await admin.disconnect();
    await server.stop();
    await proxy.stop();
  }
}, 180_000);
