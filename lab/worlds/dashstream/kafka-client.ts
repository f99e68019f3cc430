/** Clients of the broker that give up quickly, so that their owner decides what to do next. */
import { Kafka, logLevel } from 'kafkajs';

export const kafkaClient = (broker: string, clientId: string, retries = 0): Kafka =>
  new Kafka({
    clientId,
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3000,
    requestTimeout: 5000,
    retry: { retries, initialRetryTime: 50, maxRetryTime: 300 },
  });
