/** Reads the topics as a consumer group and commits after delivery to the hub; tries again for as long as brokers or topics are not there. */
import type { EachBatchPayload } from 'kafkajs';
import { Kafka, logLevel } from 'kafkajs';
import type { Member } from '../../../services/consumer.ts';
import { joinGroup } from '../../../services/consumer.ts';
import type { Config } from './config.ts';
import type { Hub } from './hub.ts';
import type { Log } from './log.ts';

export function startReader(config: Config, hub: Pick<Hub, 'publish'>, log: Log): Member {
  const kafka = new Kafka({
    clientId: 'ws-realtime',
    brokers: [...config.brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 5000,
    retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 300 },
  });
  let missing = '';
  return joinGroup({
    kafka,
    group: { groupId: config.groupId, maxWaitTimeInMs: 50 },
    topics: async () => {
      const topics = await existing(kafka, config.topics);
      const absent = config.topics.filter((topic) => !topics.includes(topic)).join(', ');
      if (absent !== missing && absent !== '') log(`topics that do not exist: ${absent}`);
      missing = absent;
      if (topics.length === 0) throw new Error('no topic to read');
      return topics;
    },
    fromBeginning: false,
    run: { eachBatch: async (batch) => deliver(batch, hub) },
    joined: (assignment) => {
      log(`joined group ${config.groupId}: ${assignedWords(assignment)}`);
    },
    lost: (how, { message }) => {
      log(`consumer: ${message}${how === 'away' ? `; brokers ${config.brokers.join(',')}` : ''}`);
    },
  });
}

async function existing(kafka: Kafka, wanted: readonly string[]): Promise<readonly string[]> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const all = await admin.listTopics();
    return wanted.filter((topic) => all.includes(topic));
  } finally {
    await admin.disconnect();
  }
}

async function deliver(payload: EachBatchPayload, hub: Pick<Hub, 'publish'>): Promise<void> {
  const { batch } = payload;
  for (const { offset, key, value } of batch.messages) {
    hub.publish({
      channel: batch.topic,
      key: key?.toString() ?? '',
      partition: batch.partition,
      seq: Number(offset),
      data: dataOf(value?.toString() ?? ''),
    });
    payload.resolveOffset(offset);
  }
  await payload.heartbeat();
}

function dataOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const assignedWords = (assignment: Readonly<Record<string, readonly number[]>>): string =>
  Object.entries(assignment)
    .map(([topic, partitions]) => `${topic}[${partitions.join(',')}]`)
    .join(' ') || 'no partition';
