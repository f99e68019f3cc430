/** Offsets of a real group on a real broker are moved, refused, previewed, captured and put back. */
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestKafka } from '../../../lab/servers/test-servers.ts';
import { startKafka } from '../../../lab/servers/test-servers.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep } from '../../../test/rig/session.ts';
import { stepType } from './index.ts';
import { lint } from './lint.ts';

let server: TestKafka;
let kafka: Kafka;
let bench: Bench;
let group: string;
let groups = 0;

beforeAll(async () => {
  server = await startKafka();
  kafka = new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [
      { topic: 'orders', numPartitions: 2 },
      { topic: 'empty', numPartitions: 1 },
    ],
  });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  for (const partition of [0, 1]) {
    const messages = Array.from({ length: 10 }, (_, n) => ({
      partition,
      value: String(n),
      timestamp: String(1_000_000 + n * 1000),
    }));
    await producer.send({ topic: 'orders', messages });
  }
  await producer.disconnect();
  bench = await openStep(stepType, { brokers: [...server.brokers] });
}, 180_000);
afterAll(async () => {
  await bench.session.close();
  await server.stop();
});
beforeEach(() => {
  groups += 1;
  group = `readers-${String(groups)}`;
});

/** What another client sees. */
async function committed(topic = 'orders'): Promise<readonly string[]> {
  const admin = kafka.admin();
  await admin.connect();
  const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  await admin.disconnect();
  return [...(found?.partitions ?? [])].sort((a, b) => a.partition - b.partition).map((one) => one.offset);
}
const reset = (more: object) => bench.run({ resetOffsets: { group, topic: 'orders', ...more } });

describe('resetOffsets', () => {
  it('moves a group to the end, to the start, to an offset and to a time, and another client sees it', async () => {
    const first = (await reset({ to: 'latest' })).done;
    expect(first, JSON.stringify(first)).toMatchObject({ ok: true });
    expect(await committed()).toEqual(['10', '10']);
    await reset({ to: 'earliest' });
    expect(await committed()).toEqual(['0', '0']);
    await reset({ offset: '7', partitions: [1] });
    expect(await committed()).toEqual(['0', '7']);
    await reset({ timestamp: new Date(1_003_500).toISOString() });
    expect(await committed()).toEqual(['4', '4']);
    await reset({ timestamp: '2099-01-01T00:00:00Z' });
    expect(await committed()).toEqual(['10', '10']);
  });

  it('reports from and to, and no change where there is none', async () => {
    expect((await reset({ offset: 3 })).done).toMatchObject({
      ok: true,
      changed: true,
      result: {
        value: {
          moves: [
            { partition: 0, from: '-1', to: '3' },
            { partition: 1, from: '-1', to: '3' },
          ],
        },
      },
    });
    expect((await reset({ offset: 3 })).done).toMatchObject({ ok: true, changed: false });
  });

  it('commits on an empty topic, where a consumer would overwrite it with a mark', async () => {
    await bench.run({ resetOffsets: { group, topic: 'empty', to: 'latest' } });
    expect(await committed('empty')).toEqual(['0']);
  });

  it('refuses what the partition does not have, before anything is sent', async () => {
    for (const [more, code] of [
      [{ offset: 11 }, 'out-of-range'],
      [{ to: 'latest', partitions: [5] }, 'no-partition'],
      [{ timestamp: 'yesterday' }, 'timestamp'],
    ] as const) {
      const { done, sent } = await reset(more);
      expect({ done, sent }).toMatchObject({ done: { ok: false, wire: 'notStarted', code }, sent: false });
    }
    expect(await committed()).toEqual(['-1', '-1']);
  });

  it('refuses a group with a member and names it', async () => {
    const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topic: 'orders' });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({ autoCommit: false, eachMessage: async () => undefined });
    await joined;
    try {
      const { done, sent } = await reset({ to: 'earliest' });
      expect({ done, sent }).toMatchObject({ done: { ok: false, wire: 'notStarted', code: 'group-active' }, sent: false });
      expect(done.ok ? '' : done.message).toContain('1 members (Stable): kafkajs at 127.0.0.1');
    } finally {
      await consumer.disconnect();
    }
  });

  it('previews each partition and touches nothing', async () => {
    await reset({ offset: 4 });
    const params = { resetOffsets: { group, topic: 'orders', to: 'latest' } };
    const preview = await bench.session.preview?.(params, bench.context());
    expect(preview?.diff).toBe(`${group} orders/0: 4 -> 10 (skips 6 records)\n${group} orders/1: 4 -> 10 (skips 6 records)`);
    expect(await committed()).toEqual(['4', '4']);
  });

  it('puts back what was committed before', async () => {
    await reset({ offset: 4 });
    const params = { resetOffsets: { group, topic: 'orders', to: 'latest' } };
    const old = await bench.session.capture?.(params, bench.context());
    await bench.run(params);
    expect(await committed()).toEqual(['10', '10']);
    expect(await bench.session.restore?.(old ?? null, params, bench.context())).toMatchObject({ ok: true, changed: true });
    expect(await committed()).toEqual(['4', '4']);
  });

  it('is not put back over what the group has read since, unless somebody has decided that', async () => {
    await reset({ offset: 2 });
    const params = { resetOffsets: { group, topic: 'orders', offset: 5 } };
    const old = (await bench.session.capture?.(params, bench.context())) ?? null;
    await bench.run(params);
    await reset({ offset: 8, partitions: [1] });
    expect(await bench.session.restore?.(old, params, bench.context())).toMatchObject({ ok: false, code: 'changed-meanwhile' });
    expect(await committed()).toEqual(['5', '8']);
    expect(await bench.session.restore?.(old, params, { ...bench.context(), overwrite: true })).toMatchObject({ ok: true });
    expect(await committed()).toEqual(['2', '2']);
  });

  it('a frozen broker ends it at the deadline, not started', async () => {
    server.pause();
    try {
      const { done } = await bench.run({ resetOffsets: { group, topic: 'orders', to: 'latest' } }, { timeoutMs: 500 });
      expect(done).toMatchObject({ ok: false, wire: 'notStarted', class: 'timeout' });
    } finally {
      server.resume();
    }
  });

  it('says where the goal is missing or double', () => {
    const codes = (params: object) => lint({ params: { resetOffsets: params } } as never).map((one) => [one.code, one.pointer]);
    expect(codes({ group: 'g', topic: 't' })).toEqual([['kafka/one-goal', '/resetOffsets']]);
    expect(codes({ group: 'g', topic: 't', to: 'latest', offset: 1 })).toEqual([['kafka/one-goal', '/resetOffsets/offset']]);
    expect(codes({ group: 'g', topic: 't', to: 'latest' })).toEqual([]);
  });
});
