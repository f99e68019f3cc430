/** `runbook check` on real servers: each runbook of this repository, and writes of each kind, leave Redis, PostgreSQL, Kafka and files as they were. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { TestKafka, TestPostgres, TestRedis } from '../../lab/servers/test-servers.ts';
import { startKafka, startPostgres, startRedis } from '../../lab/servers/test-servers.ts';
import type { Finished, Place } from '../rig/cli.ts';
import { realRunbooks } from '../rig/mutations.ts';
import { place, root, runbook } from '../rig/cli.ts';

let [here, redisServer, postgresServer, kafkaServer]: [Place, TestRedis, TestPostgres, TestKafka] = [] as never;
let [redis, sql, kafka]: [Redis, pg.Client, Kafka] = [] as never;
const at = (...names: readonly string[]): string => join(here.folder, 'work', ...names);

beforeAll(async () => {
  here = place();
  mkdirSync(at('tree'), { recursive: true });
  writeFileSync(at('tree', 'settings.yaml'), 'pool: { size: 5 }\n');
  [redisServer, postgresServer, kafkaServer] = await Promise.all([startRedis(), startPostgres(), startKafka()]);
  redis = new Redis(redisServer.url);
  await redis.set('orderbook:BTC-USD:seq', '7');
  await redis.hset('h', 'a', '1');
  await redis.rpush('queue', 'x', 'y');
  sql = new pg.Client({ ...postgresServer.target });
  await sql.connect();
  await sql.query(`create table feeds (id serial, venue text primary key, paused boolean not null default false, seq int8, updated_at timestamptz);
    insert into feeds (venue, seq) values ('binance', 1), ('kraken', 2)`);
  kafka = new Kafka({ brokers: [...kafkaServer.brokers], logLevel: logLevel.NOTHING });
  await fillKafka();
}, 180_000);
afterAll(async () => {
  redis.disconnect();
  await sql.end();
  await Promise.all([redisServer.stop(), postgresServer.stop(), kafkaServer.stop()]);
  here.remove();
});

async function fillKafka(): Promise<void> {
  const admin = kafka.admin();
  await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 2 }], waitForLeaders: true });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({
    topic: 'orders',
    messages: [
      { key: 'a', value: '1' },
      { value: '2', partition: 1 },
    ],
  });
  await admin.setOffsets({
    groupId: 'readers',
    topic: 'orders',
    partitions: [0, 1].map((partition) => ({ partition, offset: '0' })),
  });
  await Promise.all([producer.disconnect(), admin.disconnect()]);
}

/** All that the servers and the tree hold. */
async function world(): Promise<object> {
  const keys = (await redis.keys('*')).sort();
  const admin = kafka.admin();
  const topics = (await admin.listTopics()).sort();
  const groups = (await admin.listGroups()).groups.map((one) => one.groupId).sort();
  const state = {
    redis: await Promise.all(
      keys.map(async (key) => [key, (await redis.dumpBuffer(key))?.toString('hex'), await redis.ttl(key)]),
    ),
    config: await redis.config('GET', '*'),
    tables: (await sql.query('select schemaname, relname from pg_stat_user_tables order by 1, 2')).rows,
    feeds: (await sql.query('select *, xmin::text from feeds order by id')).rows,
    sequence: (await sql.query('select last_value, is_called from feeds_id_seq')).rows,
    roles: (await sql.query('select rolname from pg_roles order by 1')).rows,
    topics: await Promise.all(
      topics.map(async (topic) => [topic, topic.startsWith('__') ? '' : await admin.fetchTopicOffsets(topic)]),
    ),
    settings: (await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: 'orders' }] })).resources,
    commits: await Promise.all(groups.map(async (group) => [group, await admin.fetchOffsets({ groupId: group })])),
    tree: readdirSync(at('tree')).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(at('tree', name)))
        .digest('hex'),
    ]),
  };
  await admin.disconnect();
  return state;
}

/** Given where a runbook has no default. */
const inputs: Readonly<Record<string, string>> = {
  group: 'readers',
  topic: 'orders',
  venue: 'binance',
  host: 'replica',
  ticket: 'INC-1',
  order: '7',
  service: 'web',
  slot: '1',
  broker: 'kafka-1',
};

interface Document {
  readonly targets?: Readonly<Record<string, string | { readonly type: string; readonly many?: boolean }>>;
  readonly inputs?: Readonly<Record<string, { readonly default?: unknown }>>;
}

/** Targets that no server of this test serves go to a port where nobody listens. */
function entryOf(type: string): object {
  if (type === 'redis') return { type, url: redisServer.url };
  if (type === 'postgres') return { type, ...postgresServer.target };
  if (type === 'kafka') return { type, brokers: kafkaServer.brokers };
  return { type, ...(nowhere[type] ?? { url: 'http://127.0.0.1:9' }) };
}

/** Every member is the same server. */
function membersOf({ type, many }: { readonly type: string; readonly many?: boolean }): object {
  if (many !== true) return entryOf(type);
  const members = ['gatherer-1', 'gatherer-2', 'gatherer-3', 'gatherer-4', 'engine-a', 'engine-b'].map(
    (name) => [name, {}] as const,
  );
  return { ...entryOf(type), members: Object.fromEntries(members) };
}

const nowhere: Readonly<Record<string, object>> = {
  pager: { routingKey: '0'.repeat(32), url: 'http://127.0.0.1:9' },
  chat: { webhook: 'http://127.0.0.1:9' },
  flag: { provider: 'http', url: 'http://127.0.0.1:9' },
  kubernetes: { context: 'nowhere' },
  docker: { host: 'tcp://127.0.0.1:9' },
  websocket: { url: 'ws://127.0.0.1:9' },
  ssh: { host: '127.0.0.1', port: 9 },
};

/** Every fact that a runbook of this repository reads, with a value that leads nowhere. */
const facts = {
  ...Object.fromEntries(
    realRunbooks()
      .flatMap(([, text]) => [...text.matchAll(/\benv\.(\w+)/g)])
      .map((found) => found[1] ?? '')
      .filter((name) => name !== 'name' && name !== 'rehearsal')
      .map((name) => [name, 'nowhere'] as const),
  ),
  ...{ checkout: 'checkout', logFile: 'service.log', wsUrl: 'ws://127.0.0.1:9/ws', symbols: ['BTC-USD'] },
};
const secrets = { streamToken: 'env:CHECK_TOKEN', oldStreamToken: 'env:CHECK_TOKEN' };

async function check(file: string): Promise<Finished> {
  cpSync(file, at(basename(file)));
  const document = parse(readFileSync(file, 'utf8')) as Document;
  const targets = Object.fromEntries(
    Object.entries(document.targets ?? {}).map(([name, target]) => [
      name,
      typeof target === 'string' ? entryOf(target) : membersOf(target),
    ]),
  );
  writeFileSync(at('config.yaml'), JSON.stringify({ environments: { lab: { targets, secrets, facts } } }));
  const given = Object.entries(document.inputs ?? {}).flatMap(([name, one]) =>
    one.default === undefined ? ['-i', `${name}=${inputs[name] ?? ''}`] : [],
  );
  return runbook(['check', basename(file), '--config', 'config.yaml', '--no-questions', ...given], {
    env: { ...here.env, CHECK_TOKEN: 'token-of-the-test' },
    cwd: at(),
  });
}

const writes = `apiVersion: runbook/v1
id: writes
title: Writes of each kind
owners: [tests]
targets: { cache: redis, db: postgres, log: kafka }
diagnosis:
  - { id: seq, type: redis, target: cache, command: [GET, 'orderbook:BTC-USD:seq'] }
  - { id: rows, type: sql, target: db, query: select venue from feeds }
  - { id: lag, type: kafka, target: log, groupLag: { group: readers } }
steps:
  - { id: del, type: redis, target: cache, command: [DEL, 'orderbook:BTC-USD:seq'], undo: none }
  - { id: pop, type: redis, target: cache, command: [LPOP, queue], undo: none }
  - { id: set, type: redis, target: cache, command: [SET, fresh, '{{steps.seq.value}}'], undo: none }
  - { id: flush, type: redis, target: cache, command: [FLUSHALL], undo: none, confirm: { message: all, typed: all } }
  - { id: add, type: sql, target: db, query: "insert into feeds (venue) values ('okx')", undo: none }
  - { id: pause, type: sql, target: db, query: update feeds set paused = true where true, undo: none }
  - { id: drop, type: sql, target: db, query: drop table feeds, undo: none, confirm: { message: all, typed: all } }
  - { id: produce, type: kafka, target: log, produce: { topic: orders, value: x }, undo: none }
  - { id: create, type: kafka, target: log, createTopic: { topic: fresh, partitions: 1 }, undo: none }
  - { id: delete, type: kafka, target: log, deleteTopic: { topic: orders }, undo: none, confirm: { message: all, typed: all } }
  - { id: skip, type: kafka, target: log, resetOffsets: { group: readers, topic: orders, to: latest }, undo: none }
  - { id: file, type: file, edit: tree/settings.yaml, set: { pool.size: 9 }, undo: none }
  - { id: shell, type: shell, argv: [rm, -rf, tree], undo: none }
  - { id: script, type: shell, script: 'echo gone > tree/settings.yaml', undo: none }
`;

it('writes of each kind are previewed, and none is made', async () => {
  const file = join(here.folder, 'writes.yaml');
  writeFileSync(file, writes);
  const before = await world();
  const { code, stdout, stderr } = await check(file);
  expect([code, stderr], stdout + stderr).toEqual([0, '']);
  for (const id of ['seq', 'rows', 'lag', 'del', 'flush', 'add', 'drop', 'produce', 'delete', 'skip', 'file', 'shell'])
    expect(stdout).toMatch(new RegExp(`^v ${id} `, 'm'));
  expect(await world()).toEqual(before);
}, 60_000);

it('each runbook of this repository is looked at, and nothing has changed', async () => {
  const files = realRunbooks().map(([name]) => name);
  expect(files.length).toBeGreaterThan(20);
  const before = await world();
  const performed: string[] = [];
  for (const file of files) {
    const { code, stdout, stderr } = await check(join(root, file));
    // 2: it wants an input or a secret that this test does not know; it has looked at nothing then.
    expect([0, 1, 2], `${file}: ${stdout}${stderr}`).toContain(code);
    if (code !== 2) performed.push(file);
  }
  expect(await world()).toEqual(before);
  expect(performed.length).toBeGreaterThan(20);
}, 240_000);
