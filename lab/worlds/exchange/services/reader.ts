/** Reads a topic as a consumer group for as long as the service runs; brokers that are away are waited for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload } from 'kafkajs';
import { Kafka, logLevel } from 'kafkajs';
import type { Member } from '../../../services/consumer.ts';
import { joinGroup } from '../../../services/consumer.ts';
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

export interface Reading {
  readonly groupId: string;
  readonly topic: string;
  /** Where a group without a position begins. */
  readonly from: 'earliest' | 'latest';
  /** A batch is committed once this has returned. */
  readonly take: (batch: EachBatchPayload) => Promise<void>;
}

export function startReader(kafka: Kafka, { groupId, topic, from, take }: Reading): Member {
  return joinGroup({
    kafka,
    group: { groupId, maxWaitTimeInMs: 400 },
    topics: async () => [topic],
    fromBeginning: from === 'earliest',
    run: { eachBatch: take },
    lost: (_, { message }) => {
      say(`consumer of ${topic}: ${message}`);
    },
  });
}

/** Leaves the group before the process ends, so that the next member gets the partitions at once. */
export function leaveAtEnd(member: Member): void {
  process.once('SIGTERM', () => void Promise.race([member.stop(), sleep(5000)]).finally(() => process.exit(0)));
}
