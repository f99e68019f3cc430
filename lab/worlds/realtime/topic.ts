/** The topic of order books and the committed offsets of the gateway's group, at the broker itself. */
import type { Admin, Consumer } from 'kafkajs';
import { Kafka, logLevel } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { topic } from './settings.ts';

export function connectKafka(brokers: readonly string[]): Kafka {
  return new Kafka({
    clientId: 'lab-services',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 3000,
    retry: { retries: 5, initialRetryTime: 50, maxRetryTime: 500 },
  });
}

/** A consumer that leaves its group without waiting long for a pending fetch. */
export const consumerOf = (kafka: Kafka, groupId: string): Consumer =>
  kafka.consumer({
    groupId,
    maxWaitTimeInMs: 50,
    sessionTimeout: 10_000,
    heartbeatInterval: 1000,
    allowAutoTopicCreation: false,
  });

/** Waits for the broker, which starts at the same time as we do, then makes the topic. */
export async function openTopic(kafka: Kafka): Promise<Admin> {
  const admin = kafka.admin();
  for (const deadline = performance.now() + 60_000; ;) {
    try {
      await admin.connect();
      await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }] });
      return admin;
    } catch (problem) {
      if (performance.now() > deadline) throw problem;
      await sleep(50);
    }
  }
}

/** First offset after the last record. */
export async function endOffset(admin: Admin): Promise<number> {
  const [found] = await admin.fetchTopicOffsets(topic);
  if (found === undefined) throw new Error(`${topic} has no partition`);
  return Number(found.high);
}

/** Committed offset of a group; -1: none. */
export async function committedOffset(admin: Admin, groupId: string): Promise<number> {
  const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return Number(found?.partitions[0]?.offset ?? -1);
}

/** Moves the committed offset of a group that has no running member; reads it back, since a commit can be dropped without an error. */
export async function moveCommitted(kafka: Kafka, admin: Admin, groupId: string, offset: number): Promise<void> {
  const consumer = consumerOf(kafka, groupId);
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => {
      resolve();
    });
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic });
    const running = consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined });
    // before the first fetch: a fetch out of range would overwrite the commit
    consumer.pause([{ topic }]);
    await running;
    await joined;
    await consumer.commitOffsets([{ topic, partition: 0, offset: String(offset) }]);
  } finally {
    await consumer.disconnect();
  }
  const now = await committedOffset(admin, groupId);
  if (now !== offset) throw new Error(`the committed offset of ${groupId} is ${String(now)}, not ${String(offset)}`);
}

/** Calls `take` for each record from one offset up to (not including) another. Leaves no group behind. */
export async function readRange(
  kafka: Kafka,
  admin: Admin,
  from: number,
  to: number,
  take: (offset: number, value: Buffer | null) => void,
): Promise<void> {
  if (to <= from) return;
  const groupId = `backfill-${String(process.pid)}-${String(Math.round(performance.now() * 1000))}`;
  const consumer = consumerOf(kafka, groupId);
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, (event) => {
        reject(event.payload.error);
      });
      const each = async (offset: number, value: Buffer | null): Promise<void> => {
        if (offset >= from && offset < to) take(offset, value);
        if (offset >= to - 1) resolve();
      };
      consumer
        .run({ autoCommit: false, eachMessage: ({ message }) => each(Number(message.offset), message.value) })
        .then(() => {
          consumer.seek({ topic, partition: 0, offset: String(from) });
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
  }
}
