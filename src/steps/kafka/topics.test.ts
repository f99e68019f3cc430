/** Topics, settings, records and groups of a real broker; what another client sees afterwards is what counts. */
import { Kafka, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestKafka } from '../../../lab/servers/test-servers.ts';
import { startKafka } from '../../../lab/servers/test-servers.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import { stepType } from './index.ts';

let server: TestKafka;
let kafka: Kafka;
let admin: Admin;
let bench: Bench;
let topic: string;
let count = 0;

beforeAll(async () => {
  server = await startKafka();
  kafka = new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING });
  admin = kafka.admin();
  await admin.connect();
  bench = await openStep(stepType, { brokers: [...server.brokers] });
}, 180_000);
afterAll(async () => {
  await bench.session.close();
  await admin.disconnect();
  await server.stop();
});
beforeEach(() => {
  count += 1;
  topic = `topic-${String(count)}`;
});

const partitions = async (): Promise<number | undefined> => {
  if (!(await admin.listTopics()).includes(topic)) return undefined;
  return (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.length;
};
/** Another administrator's topic; the driver's own waiting may look before the broker has heard. */
async function given(more: object): Promise<void> {
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic, ...more }] });
  // The metadata may know of it before its leaders do; asked by another client, since this one would never forget the topic again.
  await expect.poll(async () => (await bench.run({ offsets: { topic } })).done).toMatchObject({ ok: true });
}
async function settings(): Promise<Readonly<Record<string, string>>> {
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: topic }] });
  const own = (resources[0]?.configEntries ?? []).filter((one) => Number(one.configSource) === 1);
  return Object.fromEntries(own.map((one) => [one.configName, one.configValue]));
}

describe('topics', () => {
  it('are made once, with their settings, and a different one of that name is refused', async () => {
    const make = (more: object) => bench.run({ createTopic: { topic, ...more } });
    expect((await make({ partitions: 3, config: { 'retention.ms': 60_000 } })).done).toMatchObject({ ok: true, changed: true });
    expect([await partitions(), await settings()]).toEqual([3, { 'retention.ms': '60000' }]);
    expect((await make({ partitions: 3 })).done).toMatchObject({ ok: true, changed: false });
    const { done, sent } = await make({ partitions: 5 });
    expect({ done, sent }).toMatchObject({ done: { wire: 'notStarted', code: 'topic-exists' }, sent: false });
  });

  it('get more partitions, never fewer', async () => {
    await given({ numPartitions: 2 });
    const add = (total: number) => bench.run({ addPartitions: { topic, total } });
    expect((await add(4)).done).toMatchObject({ ok: true, changed: true, result: { value: { from: 2, to: 4 } } });
    expect(await partitions()).toBe(4);
    expect((await add(4)).done).toMatchObject({ ok: true, changed: false });
    expect((await add(3)).done).toMatchObject({ ok: false, wire: 'notStarted', code: 'fewer-partitions' });
  });

  it('are deleted, and one that is gone is what was wanted', async () => {
    await given({ numPartitions: 1 });
    expect((await bench.run({ deleteTopic: { topic } })).done).toMatchObject({ ok: true, changed: true });
    expect(await partitions()).toBeUndefined();
    expect((await bench.run({ deleteTopic: { topic } })).done).toMatchObject({ ok: true, changed: false });
  });

  it("a setting that Kafka does not know is the server's refusal", async () => {
    await given({ numPartitions: 1 });
    expect((await bench.run({ alterConfig: { topic, set: { 'no.such.setting': 1 } } })).done).toMatchObject({
      ok: false,
      wire: 'refused',
    });
    expect((await bench.run({ alterConfig: { topic: 'nowhere', set: { a: 1 } } })).done).toMatchObject({ code: 'no-topic' });
  });
});

describe('alterConfig', () => {
  it('changes one setting and keeps the others, which the client alone would reset', async () => {
    await given({ configEntries: [{ name: 'max.message.bytes', value: '2000000' }] });
    const alter = { alterConfig: { topic, set: { 'retention.ms': 86_400_000 } } };
    expect((await bench.run(alter)).done).toMatchObject({
      ok: true,
      changed: true,
      result: { value: { changes: { 'retention.ms': { from: null, to: '86400000' } } } },
    });
    expect(await settings()).toEqual({ 'max.message.bytes': '2000000', 'retention.ms': '86400000' });
    expect((await bench.run(alter)).done).toMatchObject({ ok: true, changed: false });
  });

  it('is put back to what was set before, but not over what somebody else has set since', async () => {
    await given({ configEntries: [{ name: 'retention.ms', value: '1000000' }] });
    const params = { alterConfig: { topic, set: { 'retention.ms': 60_000 } } };
    const old = (await bench.session.capture?.(params, bench.context())) ?? null;
    await bench.run(params);
    expect(await bench.session.restore?.(old, params, bench.context())).toMatchObject({ ok: true, changed: true });
    expect(await settings()).toEqual({ 'retention.ms': '1000000' });
    await bench.run(params);
    await bench.run({ alterConfig: { topic, set: { 'retention.ms': 70_000 } } });
    expect(await bench.session.restore?.(old, params, bench.context())).toMatchObject({ ok: false, code: 'changed-meanwhile' });
    expect(await settings()).toEqual({ 'retention.ms': '70000' });
    expect(await bench.session.restore?.(old, params, { ...bench.context(), overwrite: true })).toMatchObject({ ok: true });
    expect(await settings()).toEqual({ 'retention.ms': '1000000' });
  });
});

describe('records and groups', () => {
  it('records before an offset are deleted; beyond the end is refused', async () => {
    await given({ numPartitions: 1 });
    for (const value of ['a', 'b', 'c']) resultOf(await bench.run({ produce: { topic, value } }));
    expect((await bench.run({ deleteRecords: { topic, before: { '0': 2 } } })).done).toMatchObject({
      ok: true,
      changed: true,
      result: { value: { first: { '0': '2' } } },
    });
    expect((await admin.fetchTopicOffsets(topic))[0]).toMatchObject({ low: '2', high: '3' });
    expect((await bench.run({ deleteRecords: { topic, before: { '0': 9 } } })).done).toMatchObject({ code: 'out-of-range' });
    expect((await bench.run({ deleteRecords: { topic, before: { '4': 1 } } })).done).toMatchObject({ code: 'no-partition' });
  });

  it('a group without members is deleted, one with a member is refused', async () => {
    await given({ numPartitions: 1 });
    const group = `group-${String(count)}`;
    await bench.run({ resetOffsets: { group, topic, to: 'latest' } });
    const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topic });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({ eachMessage: async () => undefined });
    await joined;
    expect((await bench.run({ deleteGroup: { group } })).done).toMatchObject({
      ok: false,
      wire: 'notStarted',
      code: 'group-active',
    });
    await consumer.disconnect();
    expect((await bench.run({ deleteGroup: { group } })).done).toMatchObject({ ok: true, changed: true });
    expect((await bench.run({ deleteGroup: { group } })).done).toMatchObject({ ok: true, changed: false });
  });
});
