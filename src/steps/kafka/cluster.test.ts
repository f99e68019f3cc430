/** Three real brokers, one of them killed: what steps show of leaders and replicas, and what they say when too few are left. */
import { Kafka, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestKafkaCluster } from '../../../lab/servers/kafka-test-clusters.ts';
import { startKafkaCluster } from '../../../lab/servers/kafka-test-clusters.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import { stepType } from './index.ts';

const killed = 3;
let cluster: TestKafkaCluster;
let admin: Admin;
let bench: Bench;

beforeAll(async () => {
  cluster = await startKafkaCluster();
  admin = new Kafka({ brokers: cluster.brokers.slice(0, 1), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  // The one that will be killed comes first: nobody knows beforehand which it will be.
  bench = await openStep(stepType, { brokers: [...cluster.brokers].reverse() });
}, 180_000);
afterAll(async () => {
  try {
    await bench.session.close();
    await admin.disconnect();
  } finally {
    await cluster.stop();
  }
});

const run = async (params: Json): Promise<Done> => (await bench.run(params)).done;
interface Shown {
  readonly partitions: readonly {
    readonly leader: number;
    readonly isr: readonly number[];
    readonly missing: readonly number[];
  }[];
  readonly underReplicated: number;
  readonly offline: number;
  readonly notPreferred: number;
  readonly leaders: Readonly<Record<string, number>>;
}
async function shown(topic: string): Promise<Shown> {
  const done = await run({ describeTopics: { topics: [topic] } });
  if (!done.ok) throw new Error(done.message);
  return (done.result as unknown as { readonly value: Shown }).value;
}
const within = { timeout: 20_000, interval: 100 };

describe('three brokers', () => {
  it('lead and hold each a share, as every one of them says when the step ends', async () => {
    const params = { createTopic: { topic: 'orders', partitions: 6, replicas: 3, config: { 'min.insync.replicas': 2 } } };
    expect(await run(params)).toMatchObject({ ok: true, changed: true });
    expect(await run({ createTopic: { topic: 'strict', replicas: 3, config: { 'min.insync.replicas': 3 } } })).toMatchObject({
      ok: true,
    });
    await admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic: 'single', replicaAssignment: [{ partition: 0, replicas: [killed] }] }],
    });
    await expect.poll(() => shown('orders'), within).toMatchObject({ underReplicated: 0, offline: 0, notPreferred: 0 });
    await expect.poll(() => shown('single'), within).toMatchObject({ underReplicated: 0, leaders: { '3': 1 } });
    expect((await shown('orders')).leaders).toEqual({ '1': 2, '2': 2, '3': 2 });
  });

  it('of which one is killed: its leaders move, it leaves the replicas in sync, and what only it had is offline', async () => {
    await cluster.members[killed - 1]?.kill();
    await expect.poll(() => shown('orders'), within).toMatchObject({ underReplicated: 6, offline: 0, notPreferred: 2 });
    const { partitions, leaders } = await shown('orders');
    expect(leaders).toMatchObject({ '3': 0 });
    expect(partitions.map((one) => [one.isr.length, one.missing])).toEqual(partitions.map(() => [2, [killed]]));
    expect(await shown('single')).toMatchObject({ offline: 1, partitions: [{ leader: -1 }] });
    expect(await run({ describeCluster: { broker: cluster.brokers[killed - 1] ?? '' } })).toMatchObject({
      ok: false,
      code: 'broker-missing',
    });
  });

  it('without the third take records where two suffice, and refuse them where three must confirm', async () => {
    expect(await run({ produce: { topic: 'orders', key: 'k', value: 'v' } })).toMatchObject({ ok: true });
    expect(await run({ produce: { topic: 'strict', value: 'v' } })).toMatchObject({
      ok: false,
      wire: 'refused',
      class: 'connection',
      code: 'NOT_ENOUGH_REPLICAS',
      hint: expect.stringContaining('min.insync.replicas') as string,
    });
    expect(await run({ offsets: { topic: 'strict' } })).toMatchObject({ result: { value: [{ first: '0', end: '0' }] } });
  });

  it('without the third refuse a record for a partition that only the third has', async () => {
    for (const more of [{ partition: 0 }, { key: 'k' }, {}])
      expect(await run({ produce: { topic: 'single', value: 'v', ...more } })).toMatchObject({ ok: false, code: 'no-leader' });
  });

  it('without the third cannot tell the offsets of what only the third has, and say why', async () => {
    expect(await run({ offsets: { topic: 'single' } })).toMatchObject({
      wire: 'notStarted',
      class: 'connection',
      hint: expect.stringContaining('has no leader') as string,
    });
  });

  it('without the third change settings and make topics, though a partition has no leader', async () => {
    expect(await run({ alterConfig: { topic: 'orders', set: { 'retention.ms': 60_000 } } })).toMatchObject({ ok: true });
    expect(await run({ createTopic: { topic: 'spare', partitions: 2, replicas: 2 } })).toMatchObject({ ok: true });
    expect(await run({ resetOffsets: { group: 'readers', topic: 'orders', to: 'earliest' } })).toMatchObject({ ok: true });
    expect(await run({ consume: { topic: 'orders', count: 5 } })).toMatchObject({ result: { value: [{ value: 'v' }] } });
  });

  it('make no topic with four replicas, and the preview says so before', async () => {
    const params = { createTopic: { topic: 'wide', replicas: 4 } };
    await expect(bench.session.preview?.(params, bench.context())).rejects.toThrow('fewer brokers than replicas');
    expect(await run(params)).toMatchObject({ ok: false, wire: 'refused', code: 'INVALID_REPLICATION_FACTOR' });
    expect(JSON.stringify(await run({ describeTopics: {} }))).not.toContain('"wide"');
  });

  it('are in sync again once it is back, though its leaders are still elsewhere', async () => {
    await cluster.members[killed - 1]?.restart();
    await expect.poll(() => shown('orders'), within).toMatchObject({ underReplicated: 0, offline: 0, notPreferred: 2 });
    expect(await shown('single')).toMatchObject({ offline: 0 });
  });

  it('of which one is frozen: the next that the target names is asked', async () => {
    const [first = '', second = ''] = cluster.brokers;
    const own = await openStep(stepType, { brokers: [second, first] });
    cluster.members[1]?.pause();
    try {
      // Less than the driver would wait for the frozen one alone.
      expect((await own.run({ describeCluster: {} }, { timeoutMs: 7000 })).done).toMatchObject({ ok: true });
    } finally {
      cluster.members[1]?.resume();
      await own.session.close();
    }
    await expect.poll(() => shown('orders'), within).toMatchObject({ underReplicated: 0, offline: 0 });
  });
});
