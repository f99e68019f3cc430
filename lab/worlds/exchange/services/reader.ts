/** Reads a topic as a consumer group for as long as the service runs; brokers that are away are waited for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { Kafka, logLevel } from 'kafkajs';
import { brokerAddresses, say } from './told.ts';

export const createKafka = (clientId: string): Kafka =>
  new Kafka({
    clientId,
    brokers: [...brokerAddresses()],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 4000,
    retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 300 },
  });

const retryMs = 300;

export interface Reading {
  readonly groupId: string;
  readonly topic: string;
  /** Where a group without a position begins. */
  readonly from: 'earliest' | 'latest';
  /** A batch is committed once this has returned. */
  readonly take: (batch: EachBatchPayload) => Promise<void>;
}

/** Returns what leaves the group after the batch at hand. */
export function startReader(kafka: Kafka, { groupId, topic, from, take }: Reading): () => Promise<void> {
  let isStopped = false;
  let consumer: Consumer | undefined;
  const join = async (): Promise<void> => {
    const made = kafka.consumer({
      groupId,
      maxWaitTimeInMs: 400,
      sessionTimeout: 6000,
      heartbeatInterval: 500,
      allowAutoTopicCreation: false,
    });
    consumer = made;
    made.on(made.events.CRASH, ({ payload }) => {
      say(`consumer of ${topic}: ${payload.error.message}`);
      if (!payload.restart && !isStopped) void made.disconnect().finally(start);
    });
    await made.connect();
    await made.subscribe({ topics: [topic], fromBeginning: from === 'earliest' });
    await made.run({ eachBatch: take });
  };
  const start = (): void => {
    if (isStopped) return;
    join().catch(async (problem: unknown) => {
      say(`consumer of ${topic}: ${(problem as Error).message}`);
      await consumer?.disconnect().catch(() => undefined);
      await sleep(retryMs);
      start();
    });
  };
  start();
  return async () => {
    isStopped = true;
    await consumer?.disconnect();
  };
}

/** Leaves the group before the process ends, so that the next member gets the partitions at once. */
export function leaveAtEnd(leave: () => Promise<void>): void {
  process.once('SIGTERM', () => void Promise.race([leave(), sleep(5000)]).finally(() => process.exit(0)));
}
