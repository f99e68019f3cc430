/** `groupLag` and `describeGroup` against a real broker: what cannot be counted is named, never summed. */
import { Kafka, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestKafka } from '../../../lab/servers/test-servers.ts';
import { startKafka } from '../../../lab/servers/test-servers.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import { stepType } from './index.ts';

let server: TestKafka;
let kafka: Kafka;
let admin: Admin;

/** `orders` has three partitions with four records each, `empty` none, `partly` records in partition 0 only. */
beforeAll(async () => {
  server = await startKafka();
  kafka = new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING });
  admin = kafka.admin();
  await admin.connect();
  const topics = { orders: 3, cut: 1, empty: 1, partly: 2 };
  // The step waits until every leader knows of its topic; the client would send everything twice.
  for (const [topic, partitions] of Object.entries(topics)) await run({ createTopic: { topic, partitions } });
  const producer = kafka.producer();
  await producer.connect();
  const four = (partition: number) => ['a', 'b', 'c', 'd'].map((value) => ({ partition, value }));
  await producer.send({ topic: 'orders', messages: [0, 1, 2].flatMap(four) });
  await producer.send({ topic: 'cut', messages: four(0) });
  await producer.send({ topic: 'partly', messages: four(0) });
  await producer.disconnect();
  await run({ deleteRecords: { topic: 'cut', before: { 0: 3 } } });
  // Each takes the client five seconds.
  await Promise.all([
    commit('counted', 'orders', { 0: 4, 1: 3, 2: 0 }),
    commit('half', 'partly', { 0: 1 }),
    commit('some', 'orders', { 0: 4 }),
    commit('one', 'orders', { 0: 4, 1: 4, 2: 4 }),
    commit('ahead', 'orders', { 0: 504, 1: 0, 2: 0 }),
    commit('lost', 'cut', { 0: 2 }),
    commit('left', 'cut', { 0: 3 }),
  ]);
}, 180_000);
afterAll(async () => {
  await admin.disconnect();
  await server.stop();
});

const commit = (groupId: string, topic: string, offsets: Readonly<Record<number, number>>): Promise<unknown> =>
  admin.setOffsets({
    groupId,
    topic,
    partitions: Object.entries(offsets).map(([partition, offset]) => ({ partition: Number(partition), offset: String(offset) })),
  });
async function run(params: Json): Promise<Done> {
  const bench = await openStep(stepType, { brokers: [...server.brokers] });
  const { done } = await bench.run(params);
  await bench.session.close();
  return done;
}
const lag = (group: string, ...topics: readonly string[]): Promise<Done> =>
  run({ groupLag: { group, ...(topics.length === 0 ? {} : { topics: [...topics] }) } });
const nothing = (words: string) => ({ ok: true, noData: true, missing: expect.stringContaining(words) as string });

describe('the lag of a group', () => {
  it('is the sum of the distances of all partitions of its topics', async () => {
    const partitions = [
      { partition: 0, committed: '4', first: '0', end: '4', lag: '0' },
      { partition: 1, committed: '3', lag: '1' },
      { partition: 2, committed: '0', lag: '4' },
    ];
    for (const topics of [[], ['orders']])
      expect(resultOf({ done: await lag('counted', ...topics), sent: false, output: '', warnings: [] })).toMatchObject({
        value: { total: 5, partitions },
      });
  });

  it('counts 0 for a partition that never had a record', async () => {
    expect(await lag('half')).toMatchObject({
      ok: true,
      result: { value: { total: 3, partitions: [{ lag: '3' }, { partition: 1, committed: null, lag: '0' }] } },
    });
  });

  it('is no data for a group that does not exist, on topics with and without records', async () => {
    expect(await lag('mistyped')).toMatchObject(nothing('the group mistyped has committed nothing'));
    for (const topic of ['orders', 'empty'])
      expect(await lag('mistyped', topic)).toMatchObject(nothing(`the group mistyped has committed nothing for ${topic}`));
  });

  it('is no data when a partition with records has no commit, and names it', async () => {
    for (const topics of [[], ['orders']])
      expect(await lag('some', ...topics)).toMatchObject(nothing('the group some has committed nothing for orders/1, orders/2'));
  });

  it('is no data for a topic without a commit, and for one that does not exist, beside others that have one', async () => {
    expect(await lag('one', 'orders', 'empty')).toMatchObject(nothing('the group one has committed nothing for empty'));
    expect(await lag('one', 'orders', 'nowhere')).toMatchObject(nothing('there is no topic nowhere'));
  });

  it('fails for a commit beyond the end, whatever the other partitions have', async () => {
    expect(await lag('ahead')).toMatchObject({
      ok: false,
      class: 'validation',
      code: 'out-of-range',
      message: 'the group ahead is outside the log: orders/0 committed 504, the log has 0 to 4',
    });
  });

  it('fails for a commit before the first record that is left', async () => {
    expect(await lag('lost', 'cut')).toMatchObject({
      ok: false,
      code: 'out-of-range',
      message: 'the group lost is outside the log: cut/0 committed 2, the log has 3 to 4',
      hint: expect.stringContaining('deleted before the group had read them') as string,
    });
    expect(await lag('left', 'cut')).toMatchObject({ ok: true, result: { value: { total: 1 } } });
  });
});

describe('the lag of a group behind transactions', () => {
  it('is 0 once all records that can be read are read, whatever marks and aborted records follow them', async () => {
    await run({ createTopic: { topic: 'bought', partitions: 1 } });
    const producer = kafka.producer({ transactionalId: 'buyer', idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const write = async (value: string) => {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'bought', messages: [{ value }, { value }] });
      return transaction;
    };
    await (await write('kept')).commit();
    await commit('buyers', 'bought', { 0: 2 });
    const end = (offset: string) => expect.objectContaining({ end: offset }) as unknown;
    await expect.poll(() => lag('buyers')).toMatchObject({ ok: true, result: { value: { total: 0, partitions: [end('3')] } } });
    await (await write('taken back')).abort();
    await expect.poll(() => lag('buyers')).toMatchObject({ ok: true, result: { value: { total: 0, partitions: [end('6')] } } });
    const open = await write('open');
    expect(await lag('buyers')).toMatchObject({ ok: true, result: { value: { total: 6, partitions: [end('8')] } } });
    await open.commit();
    await expect.poll(() => lag('buyers')).toMatchObject({ ok: true, result: { value: { total: 6, partitions: [end('9')] } } });
    await producer.disconnect();
  });
});

describe('what does not exist', () => {
  it('a group has no state and no members', async () => {
    expect(await run({ describeGroup: { group: 'mistyped' } })).toMatchObject(nothing('there is no group mistyped'));
  });

  it('a topic is a failure', async () => {
    for (const operation of ['offsets', 'lastOffsets'])
      expect(await run({ [operation]: { topic: 'nowhere' } })).toMatchObject({ ok: false, code: 'UNKNOWN_TOPIC_OR_PARTITION' });
    expect(await run({ consume: { topic: 'nowhere', count: 1 } })).toMatchObject({ ok: false });
    expect(await run({ describeTopics: { topics: ['nowhere'] } })).toMatchObject({ ok: false });
  });

  it('an empty list of topics does not mean all of them', async () => {
    expect(await run({ describeTopics: { topics: [] } })).toMatchObject(nothing('topics is an empty list'));
    expect(await run({ groupLag: { group: 'counted', topics: [] } })).toMatchObject({ ok: true, noData: true });
  });
});
