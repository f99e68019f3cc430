/** Between a write and its reply the connection is cut, on a real broker: unknown, and the next attempt looks before it writes. */
import { Kafka, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestKafka } from '../../../lab/servers/test-servers.ts';
import { startKafka } from '../../../lab/servers/test-servers.ts';
import type { KafkaProxy, Kind } from '../../../test/rig/kafka-proxy.ts';
import { kinds, startKafkaProxy } from '../../../test/rig/kafka-proxy.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import { stepType } from './index.ts';

let proxy: KafkaProxy;
let server: TestKafka;
let admin: Admin;
let bench: Bench;
let topic: string;
let count = 0;

beforeAll(async () => {
  proxy = await startKafkaProxy();
  server = await startKafka({
    advertise: (port) => {
      proxy.to(port);
      return proxy.port;
    },
  });
  const brokers = [`127.0.0.1:${String(proxy.port)}`];
  admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  bench = await openStep(stepType, { brokers });
}, 180_000);
afterAll(async () => {
  await bench.session.close();
  await admin.disconnect();
  await server.stop();
  await proxy.stop();
});
beforeEach(() => {
  count += 1;
  topic = `topic-${String(count)}`;
  proxy.release();
  proxy.seen();
});

interface Case {
  readonly kind: Kind;
  readonly params: () => Json;
  /** Makes what the step changes. */
  readonly before: () => Promise<unknown>;
  /** What another client sees of it. */
  readonly world: () => Promise<unknown>;
  readonly old: unknown;
  readonly wanted: unknown;
}

/** By the step: the driver's own call may look before the broker has heard. */
const made = async (): Promise<unknown> => resultOf(await bench.run({ createTopic: { topic } }));
const exists = async (): Promise<boolean> => (await admin.listTopics()).includes(topic);
const low = async (): Promise<unknown> => (await admin.fetchTopicOffsets(topic))[0]?.low;

async function filled(): Promise<void> {
  await made();
  for (const value of ['a', 'b', 'c']) resultOf(await bench.run({ produce: { topic, value } }));
}
async function settings(): Promise<unknown> {
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: topic }] });
  const own = (resources[0]?.configEntries ?? []).filter((one) => Number(one.configSource) === 1);
  return Object.fromEntries(own.map((one) => [one.configName, one.configValue]));
}
const configured = async (): Promise<unknown> =>
  resultOf(await bench.run({ createTopic: { topic, config: { 'max.message.bytes': 2_000_000 } } }));
async function grouped(): Promise<void> {
  await filled();
  await bench.run({ resetOffsets: { group: topic, topic, offset: 1 } });
}
const groupState = async (): Promise<unknown> => (await admin.describeGroups([topic])).groups[0]?.state;
const position = async (): Promise<unknown> =>
  (await admin.fetchOffsets({ groupId: topic, topics: [topic] }))[0]?.partitions[0]?.offset;

const cases: Readonly<Record<string, Case>> = {
  createTopic: {
    kind: 'createTopics',
    params: () => ({ createTopic: { topic } }),
    before: async () => undefined,
    world: exists,
    old: false,
    wanted: true,
  },
  deleteTopic: {
    kind: 'deleteTopics',
    params: () => ({ deleteTopic: { topic } }),
    before: made,
    world: exists,
    old: true,
    wanted: false,
  },
  addPartitions: {
    kind: 'createPartitions',
    params: () => ({ addPartitions: { topic, total: 3 } }),
    before: made,
    world: async () => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.length,
    old: 1,
    wanted: 3,
  },
  alterConfig: {
    kind: 'alterConfigs',
    params: () => ({ alterConfig: { topic, set: { 'retention.ms': 60_000 } } }),
    before: configured,
    world: settings,
    old: { 'max.message.bytes': '2000000' },
    wanted: { 'max.message.bytes': '2000000', 'retention.ms': '60000' },
  },
  deleteRecords: {
    kind: 'deleteRecords',
    params: () => ({ deleteRecords: { topic, before: { '0': 2 } } }),
    before: filled,
    world: low,
    old: '0',
    wanted: '2',
  },
  deleteGroup: {
    kind: 'deleteGroups',
    params: () => ({ deleteGroup: { group: topic } }),
    before: grouped,
    world: groupState,
    old: 'Empty',
    wanted: 'Dead',
  },
};

const attempt = (params: Json, n: number, signal = AbortSignal.timeout(20_000)): Promise<Done> =>
  bench.session.run(params, { ...bench.context(signal), attempt: n });

/** Its deadline comes when the proxy holds a reply back, however slow the machine is. */
async function givenUp(params: Json): Promise<Done> {
  const stop = new AbortController();
  const [done] = await Promise.all([
    attempt(params, 1, stop.signal),
    proxy.holding().then(() => {
      stop.abort();
    }),
  ]);
  return done;
}

describe.each(Object.entries(cases))('%s', (_name, one) => {
  it('whose reply is lost is unknown; the next attempt finds it done and writes nothing', async () => {
    await one.before();
    proxy.lose(one.kind, 'reply');
    expect(await attempt(one.params(), 1)).toMatchObject({ ok: false, wire: 'unknown', class: 'connection' });
    await expect.poll(one.world).toEqual(one.wanted);
    proxy.seen();
    expect(await attempt(one.params(), 2)).toMatchObject({ ok: true, changed: 'unknown' });
    expect(proxy.seen()).not.toContain(kinds[one.kind]);
    expect(await one.world()).toEqual(one.wanted);
  });

  it('whose request is lost is unknown too; the next attempt does it', async () => {
    await one.before();
    proxy.lose(one.kind, 'request');
    expect(await attempt(one.params(), 1)).toMatchObject({ ok: false, wire: 'unknown', class: 'connection' });
    expect(await one.world()).toEqual(one.old);
    expect(await attempt(one.params(), 2)).toMatchObject({ ok: true, changed: true });
    expect(await one.world()).toEqual(one.wanted);
  });
});

describe('a write', () => {
  it('whose reply does not come before the deadline is unknown', async () => {
    proxy.hold('createTopics', 0);
    const done = await givenUp({ createTopic: { topic } });
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'timeout' });
    await expect.poll(exists).toBe(true);
  });

  it('of positions is repeated under the same membership, where nobody can come between, and read back', async () => {
    await grouped();
    proxy.lose('offsetCommit', 'reply');
    expect(await attempt({ resetOffsets: { group: topic, topic, to: 'latest' } }, 1)).toMatchObject({ ok: true, changed: true });
    expect(await position()).toBe('3');
    proxy.hold('offsetCommit', 0);
    const back = { resetOffsets: { group: topic, topic, to: 'earliest' } };
    const done = await givenUp(back);
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'timeout' });
    await expect.poll(groupState, { timeout: 15_000 }).toBe('Empty');
    expect(await attempt(back, 2)).toMatchObject({ ok: true });
    expect(await position()).toBe('0');
  }, 30_000);

  it('of a record whose reply is lost is unknown, and is never sent twice by the client', async () => {
    await made();
    proxy.lose('produce', 'reply');
    expect(await attempt({ produce: { topic, value: 'v' } }, 1)).toMatchObject({ ok: false, wire: 'unknown' });
    expect(proxy.seen().filter((kind) => kind === kinds.produce)).toHaveLength(1);
    expect((await admin.fetchTopicOffsets(topic))[0]?.high).toBe('1');
  });

  it('that was given up before it left does not leave later, when an earlier answer comes', async () => {
    proxy.seen();
    await attempt({ createTopic: { topic: `${topic}-first` } }, 1);
    const all = proxy.seen();
    const before = all.slice(0, all.indexOf(kinds.createTopics)).filter((kind) => kind === kinds.metadata);
    // The last question before the write is one of the driver's own, inside of its call.
    proxy.hold('metadata', before.length - 1);
    const done = await givenUp({ createTopic: { topic } });
    expect(done).toMatchObject({ ok: false, wire: 'unknown', class: 'timeout' });
    proxy.release();
    await attempt({ describeCluster: {} }, 1);
    expect(proxy.seen()).not.toContain(kinds.createTopics);
    expect(await exists()).toBe(false);
  });

  it('is not started when the connection goes while its step still reads', async () => {
    proxy.lose('metadata', 'reply');
    expect(await attempt({ createTopic: { topic } }, 1)).toMatchObject({ ok: false, wire: 'notStarted', class: 'connection' });
    expect(proxy.seen()).not.toContain(kinds.createTopics);
  });
});
