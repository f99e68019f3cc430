/** Against a real broker (M7). */
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestKafka } from '../../../lab/servers/test-servers.ts';
import { startKafka } from '../../../lab/servers/test-servers.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import { lint } from './lint.ts';
import { stepType } from './index.ts';

let server: TestKafka;
beforeAll(async () => {
  server = await startKafka();
  const admin = new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({
    topics: [
      { topic: 'books', numPartitions: 1 },
      { topic: 'empty', numPartitions: 2 },
    ],
  });
  await admin.disconnect();
}, 180_000);
afterAll(async () => {
  await server.stop();
});
const open = () => openStep(stepType, { brokers: [...server.brokers] });

describe('kafka', () => {
  it('writes one record and reads back where it stands', async () => {
    const bench = await open();
    for (const [key, n] of [
      ['BTC', 1],
      ['ETH', 2],
      ['BTC', 3],
    ] as const) {
      expect((await bench.run({ produce: { topic: 'books', key, value: { n } } })).done).toMatchObject({
        ok: true,
        changed: true,
      });
    }
    expect(resultOf(await bench.run({ lastOffsets: { topic: 'books', byKey: true } }))).toMatchObject({
      value: { BTC: '2', ETH: '1' },
      records: { BTC: { offset: '2', value: { n: 3 } }, ETH: { value: { n: 2 } } },
    });
    expect(resultOf(await bench.run({ lastOffsets: { topic: 'books', key: 'ETH' } }))).toMatchObject({
      value: '1',
      record: { key: 'ETH', value: { n: 2 } },
    });
    expect(resultOf(await bench.run({ lastOffsets: { topic: 'books' } }))).toEqual({ value: { '0': '2' }, empty: [] });
    expect(resultOf(await bench.run({ consume: { topic: 'books', count: 2 } }))).toMatchObject({
      value: [
        { key: 'ETH', value: { n: 2 } },
        { key: 'BTC', value: { n: 3 } },
      ],
    });
    await bench.session.close();
  });

  it('says no data for an empty topic and for a key that never came', async () => {
    const bench = await open();
    expect((await bench.run({ lastOffsets: { topic: 'empty', byKey: true } })).done).toMatchObject({ ok: true, noData: true });
    expect((await bench.run({ lastOffsets: { topic: 'books', key: 'XRP' } })).done).toMatchObject({ ok: true, noData: true });
    await bench.session.close();
  });

  it('refuses a partition that does not exist: the client would lose the record in silence', async () => {
    const bench = await open();
    const { done, sent } = await bench.run({ produce: { topic: 'books', value: 'x', partition: 99 } });
    expect(done).toMatchObject({ ok: false, wire: 'notStarted', code: 'no-partition' });
    expect(sent).toBe(false);
    await bench.session.close();
  });

  it('shows partitions with leaders and counts what is not in sync', async () => {
    const bench = await open();
    expect(resultOf(await bench.run({ describeTopics: { topics: ['books'] } }))).toMatchObject({
      value: { underReplicated: 0, offline: 0, partitions: [{ topic: 'books', leader: 1 }] },
    });
    await bench.session.close();
  });

  it('leaves no consumer group behind', async () => {
    const bench = await open();
    await bench.run({ lastOffsets: { topic: 'books', byKey: true } });
    const admin = new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    expect((await admin.listGroups()).groups.filter((group) => group.groupId.startsWith('runbook-read-'))).toEqual([]);
    await admin.disconnect();
    await bench.session.close();
  });

  it('names the broker that refuses, as not started', async () => {
    const bench = await openStep(stepType, { brokers: ['127.0.0.1:1'] });
    expect((await bench.run({ describeCluster: {} })).done).toMatchObject({
      ok: false,
      wire: 'notStarted',
      class: 'connection',
      code: 'ECONNREFUSED',
    });
  });

  it('asks the next broker that the target names when the first is gone', async () => {
    const bench = await openStep(stepType, { brokers: ['127.0.0.1:1', '127.0.0.1:2', ...server.brokers] });
    expect((await bench.run({ describeCluster: {} })).done).toMatchObject({ ok: true });
    expect((await bench.run({ produce: { topic: 'books', key: 'LTC', value: 'v' } })).done).toMatchObject({ ok: true });
    await bench.session.close();
  });

  it('ends at its deadline when the broker is frozen', async () => {
    const bench = await open();
    await bench.run({ describeCluster: {} });
    server.pause();
    const { done } = await bench.run({ produce: { topic: 'books', key: 'BTC', value: 'late' } }, { timeoutMs: 500 });
    server.resume();
    expect(done).toMatchObject({ ok: false, class: 'timeout' });
    await bench.session.close();
  });
});

describe('lint of kafka', () => {
  it('wants exactly one operation', () => {
    const codes = (params: Parameters<typeof lint>[0]['params']) =>
      lint({ params, step: params, literal: () => true }).map((one) => one.code);
    expect(codes({})).toEqual(['kafka/one-operation']);
    expect(codes({ offsets: { topic: 'a' }, describeCluster: {} })).toEqual(['kafka/one-operation']);
    expect(codes({ lastOffsets: { topic: 'a', key: 'b', byKey: true } })).toEqual(['kafka/key-and-by-key']);
  });
});
