/** A member of a consumer group for as long as its service runs: brokers and topics that are away are waited for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, ConsumerConfig, ConsumerRunConfig, Kafka } from 'kafkajs';

export interface Membership {
  readonly kafka: Kafka;
  readonly group: ConsumerConfig;
  /** Asked at each try. Throws when there is nothing to read yet. */
  topics(): Promise<readonly string[]>;
  readonly fromBeginning: boolean;
  readonly run: ConsumerRunConfig;
  joined?(assignment: Readonly<Record<string, readonly number[]>>): void;
  /** `crashed`: it was a member; `away`: it could not become one. It is tried again in both cases. */
  lost(how: 'crashed' | 'away', problem: Error): void;
}

export interface Member {
  /** Ends after the batch at hand, and leaves the group. */
  stop(): Promise<void>;
}

const retryMs = 300;
const patienceMs = 2000;

export function joinGroup(membership: Membership): Member {
  const { kafka, group, fromBeginning } = membership;
  let isStopped = false;
  let consumer: Consumer | undefined;
  const again = async (): Promise<void> => {
    await leave(consumer);
    await sleep(retryMs);
    start();
  };
  const join = async (): Promise<void> => {
    const topics = await membership.topics();
    if (isStopped) return;
    const made = kafka.consumer({ sessionTimeout: 6000, heartbeatInterval: 500, allowAutoTopicCreation: false, ...group });
    consumer = made;
    made.on(made.events.GROUP_JOIN, ({ payload }) => membership.joined?.(payload.memberAssignment));
    made.on(made.events.CRASH, ({ payload }) => {
      membership.lost('crashed', payload.error);
      if (!payload.restart && !isStopped) void again();
    });
    await made.connect();
    await made.subscribe({ topics: [...topics], fromBeginning });
    await made.run(membership.run);
  };
  const start = (): void => {
    if (isStopped) return;
    join().catch(async (problem: unknown) => {
      membership.lost('away', problem as Error);
      await again();
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

/** A client that has lost its broker may wait for ever for what is under way: after a while it is left to itself. */
export async function leave(client: { readonly disconnect: () => Promise<void> } | undefined): Promise<void> {
  await Promise.race([client?.disconnect().catch(() => undefined), sleep(patienceMs, undefined, { ref: false })]);
}
