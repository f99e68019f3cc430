/** What `runbook check` shows of each write: from and to, as the broker knows them; and nothing is changed by looking. */
import { Kafka, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestKafka } from '../../../lab/servers/test-servers.ts';
import { startKafka } from '../../../lab/servers/test-servers.ts';
import type { Bench } from '../../../test/rig/session.ts';
import { openStep, resultOf } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { stepType } from './index.ts';
import type { Settings } from './shared.ts';

let server: TestKafka;
let admin: Admin;
let bench: Bench;
let topic: string;
let count = 0;

beforeAll(async () => {
  server = await startKafka();
  admin = new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING }).admin();
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

async function preview(params: Json): Promise<readonly string[]> {
  const log = bench.context();
  const shown = await bench.session.preview?.(params, log);
  expect(log.log.sent).toBe(false);
  return (shown?.diff ?? '').split('\n');
}
/** By the step: the driver's own call may look before the broker has heard. */
const make = async (config: Settings = {}): Promise<unknown> =>
  resultOf(await bench.run({ createTopic: { topic, partitions: 2, config } }));
async function fill(records: number): Promise<void> {
  for (let n = 0; n < records; n += 1) resultOf(await bench.run({ produce: { topic, value: String(n), partition: 0 } }));
}
const partitions = async () => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.length;
const bounds = async () =>
  (await admin.fetchTopicOffsets(topic)).sort((a, b) => a.partition - b.partition).map((one) => [one.low, one.high]);

describe('the preview', () => {
  it('of a new topic shows partitions, replicas and settings; of one that is there, that nothing changes', async () => {
    const params = { createTopic: { topic, partitions: 2, config: { 'retention.ms': 60_000 } } };
    expect(await preview(params)).toEqual([
      `topic ${topic}: none -> 2 partitions, 1 replicas each`,
      `topic ${topic} retention.ms: none -> 60000`,
    ]);
    expect(await admin.listTopics()).not.toContain(topic);
    await make();
    expect(await preview(params)).toEqual([`topic ${topic}: 2 partitions (unchanged)`]);
    expect(await preview({ createTopic: { topic, partitions: 3 } })).toEqual([
      `refused now: ${topic} exists with 2 partitions, not 3`,
    ]);
  });

  it('lets the cluster say what it would not take', async () => {
    const config = { 'retention.ms': 'soon', 'cleanup.policy': 'compact', 'no.such.setting': 1 };
    const refused = ['refused now: Kafka does not take retention.ms: soon, no.such.setting: 1'];
    expect(await preview({ createTopic: { topic, config } })).toEqual(refused);
    await make();
    expect(await preview({ alterConfig: { topic, set: config } })).toEqual(refused);
    expect((await bench.run({ alterConfig: { topic, set: config } })).done).toMatchObject({
      wire: 'refused',
      code: 'INVALID_CONFIG',
      message: 'Kafka does not take retention.ms: soon, no.such.setting: 1',
    });
    expect(await preview({ alterConfig: { topic, set: { 'cleanup.policy': 'compact' } } })).toEqual([
      `topic ${topic} cleanup.policy: delete (inherited) -> compact`,
    ]);
  });

  it('of a deletion says how much is lost', async () => {
    await make();
    await fill(3);
    expect(await preview({ deleteTopic: { topic } })).toEqual([`topic ${topic}: 2 partitions with 3 records -> none`]);
    expect(await preview({ deleteTopic: { topic: 'nowhere' } })).toEqual(['topic nowhere: none (unchanged)']);
    expect(await admin.listTopics()).toContain(topic);
  });

  it('of more partitions says what it costs', async () => {
    await make();
    expect(await preview({ addPartitions: { topic, total: 4 } })).toEqual([
      `topic ${topic}: 2 -> 4 partitions; keys move, so their order across the change is lost`,
    ]);
    expect(await preview({ addPartitions: { topic, total: 2 } })).toEqual([`topic ${topic}: 2 partitions (unchanged)`]);
    expect(await preview({ addPartitions: { topic, total: 1 } })).toEqual([
      `refused now: ${topic} has 2 partitions; Kafka cannot take partitions away`,
    ]);
    expect(await partitions()).toBe(2);
  });

  it('of settings shows each old and new value, own or inherited', async () => {
    await make({ 'max.message.bytes': 2_000_000 });
    const alterConfig = {
      topic,
      set: { 'cleanup.policy': 'compact', 'max.message.bytes': 3_000_000 },
      unset: ['retention.ms'],
    };
    expect(await preview({ alterConfig })).toEqual([
      `topic ${topic} cleanup.policy: delete (inherited) -> compact`,
      `topic ${topic} max.message.bytes: 2000000 -> 3000000`,
      `topic ${topic} retention.ms: 604800000 (inherited) (unchanged)`,
    ]);
    expect(await preview({ alterConfig: { topic, unset: ['max.message.bytes'] } })).toEqual([
      `topic ${topic} max.message.bytes: 2000000 -> inherited`,
    ]);
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: topic }] });
    const value = (name: string) => resources[0]?.configEntries.find((one) => one.configName === name)?.configValue;
    expect([value('cleanup.policy'), value('max.message.bytes')]).toEqual(['delete', '2000000']);
  });

  it('of deleted records shows the first offset of each partition before and after', async () => {
    await make();
    await fill(3);
    expect(await preview({ deleteRecords: { topic, before: { '0': 2, '1': 0 } } })).toEqual([
      `${topic}/0: first offset 0 -> 2 (deletes 2 offsets)`,
      `${topic}/1: first offset 0 (unchanged)`,
    ]);
    expect(await preview({ deleteRecords: { topic, before: { '0': 9 } } })).toEqual([
      `refused now: ${topic}/0 ends at 3, not at 9`,
    ]);
    expect(await bounds()).toEqual([
      ['0', '3'],
      ['0', '0'],
    ]);
  });

  it('of a deleted group shows the positions that are lost', async () => {
    await make();
    await fill(3);
    await bench.run({ resetOffsets: { group: topic, topic, partitions: [0], offset: 2 } });
    expect(await preview({ deleteGroup: { group: topic } })).toEqual([
      `group ${topic}: Empty -> none`,
      `group ${topic} ${topic}/0: 2 -> none`,
    ]);
    expect(await preview({ deleteGroup: { group: 'nobody' } })).toEqual(['group nobody: none (unchanged)']);
    expect((await admin.describeGroups([topic])).groups[0]?.state).toBe('Empty');
  });

  it('of moved positions shows how many records are skipped or read again', async () => {
    await make();
    await fill(3);
    const resetOffsets = { group: topic, topic, partitions: [0] };
    expect(await preview({ resetOffsets: { ...resetOffsets, to: 'latest' } })).toEqual([`${topic} ${topic}/0: none -> 3`]);
    await bench.run({ resetOffsets: { ...resetOffsets, offset: 2 } });
    expect(await preview({ resetOffsets: { ...resetOffsets, to: 'earliest' } })).toEqual([
      `${topic} ${topic}/0: 2 -> 0 (reads 2 records again)`,
    ]);
  });

  it('of a record shows where it would be', async () => {
    await make();
    await fill(1);
    expect(await preview({ produce: { topic, value: 'v', partition: 0 } })).toEqual([`${topic}/0: end 1 -> 2, one record`]);
    expect(await preview({ produce: { topic, value: 'v', key: 'k' } })).toEqual([`${topic}: one more record with key k`]);
    expect(await preview({ produce: { topic, value: 'v', partition: 7 } })).toEqual([`refused now: ${topic} has no partition 7`]);
    expect((await bounds())[0]).toEqual(['0', '1']);
  });
});
