/** Clients of the broker that give up quickly, so that their owner decides what to do next. */
import { setTimeout as sleep } from 'node:timers/promises';
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

const patienceMs = 2000;

/** A client that has lost its broker may wait for ever for what is under way: after a while it is left to itself. */
export async function leave(client: { readonly disconnect: () => Promise<void> } | undefined): Promise<void> {
  await Promise.race([client?.disconnect().catch(() => undefined), sleep(patienceMs, undefined, { ref: false })]);
}
