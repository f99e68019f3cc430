/** Reads the topics as a consumer group and commits after delivery to the hub; tries again for as long as brokers or topics are not there. */
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { Kafka, logLevel } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from './config.ts';
import type { Hub } from './hub.ts';
import type { Log } from './log.ts';

export interface Reader {
  /** Ends after the batch at hand, and leaves the group. */
  stop(): Promise<void>;
}

const retryMs = 500;

export function startReader(config: Config, hub: Pick<Hub, 'publish'>, log: Log): Reader {
  const kafka = new Kafka({
    clientId: 'ws-realtime',
    brokers: [...config.brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 5000,
    retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 300 },
  });
  let isStopped = false;
  let consumer: Consumer | undefined;
  let missing = '';

  const join = async (): Promise<void> => {
    const topics = await existing(kafka, config.topics);
    const absent = config.topics.filter((topic) => !topics.includes(topic)).join(', ');
    if (absent !== missing && absent !== '') log(`topics that do not exist: ${absent}`);
    missing = absent;
    if (topics.length === 0 || isStopped) throw new Error('no topic to read');
    const made = kafka.consumer({
      groupId: config.groupId,
      maxWaitTimeInMs: 50,
      sessionTimeout: 6000,
      heartbeatInterval: 500,
      allowAutoTopicCreation: false,
    });
    consumer = made;
    made.on(made.events.GROUP_JOIN, ({ payload }) => {
      log(`joined group ${config.groupId}: ${assignedWords(payload.memberAssignment)}`);
    });
    made.on(made.events.CRASH, ({ payload }) => {
      log(`consumer: ${payload.error.message}`);
      if (!payload.restart && !isStopped) void made.disconnect().finally(start);
    });
    await made.connect();
    await made.subscribe({ topics: [...topics], fromBeginning: false });
    await made.run({ eachBatch: async (batch) => deliver(batch, hub) });
  };
  const start = (): void => {
    if (isStopped) return;
    join().catch(async (problem: unknown) => {
      log(`consumer: ${(problem as Error).message}; brokers ${config.brokers.join(',')}`);
      await consumer?.disconnect().catch(() => undefined);
      await sleep(retryMs);
      start();
    });
  };
  start();
  return {
    stop: async () => {
      isStopped = true;
      await consumer?.disconnect();
    },
  };
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
