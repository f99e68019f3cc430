/** Reads a topic's records between two offsets, without leaving a consumer group behind. */
import type { Admin } from 'kafkajs';
import type { KafkaClient } from './client.ts';
import { within } from './client.ts';

export interface Tailed {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly value: string | null;
  readonly timestamp: string;
}

export interface Span {
  readonly partition: number;
  readonly from: bigint;
  /** First offset not to read. */
  readonly to: bigint;
}

/** Joining a group comes before the first record. */
const startMs = 5000;
const leaveMs = 2000;

/** Calls `take` for each record in the spans; ends when all spans are read or nothing came for `idleMs`. */
export async function readSpans(
  client: KafkaClient,
  topic: string,
  spans: readonly Span[],
  idleMs: number,
  signal: AbortSignal,
  take: (record: Tailed) => void,
): Promise<void> {
  const wanted = new Map(spans.filter((span) => span.to > span.from).map((span) => [span.partition, span]));
  if (wanted.size === 0) return;
  const groupId = `runbook-read-${crypto.randomUUID()}`;
  const wire = client.reader();
  const consumer = wire.kafka.consumer({
    groupId,
    maxWaitTimeInMs: 50,
    allowAutoTopicCreation: false,
  });
  const left = new Set(wanted.keys());
  let finish: () => void = () => undefined;
  let fail: (problem: unknown) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  // A crash may come before anybody waits for the end.
  done.catch(() => undefined);
  let idle = setTimeout(finish, idleMs + startMs);
  try {
    await within(consumer.connect(), signal);
    await within(consumer.subscribe({ topic, fromBeginning: true }), signal);
    const joined = new Promise<void>((resolve) => {
      consumer.on(consumer.events.GROUP_JOIN, () => {
        resolve();
      });
    });
    consumer.on(consumer.events.CRASH, (event) => {
      // The client restarts by itself while a coordinator is being made.
      if (!event.payload.restart) fail(event.payload.error);
    });
    await within(
      consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          const span = wanted.get(batch.partition);
          if (span === undefined) return;
          clearTimeout(idle);
          idle = setTimeout(finish, idleMs);
          for (const message of batch.messages) {
            const offset = BigInt(message.offset);
            if (offset >= span.from && offset < span.to) {
              take({
                partition: batch.partition,
                offset,
                key: message.key?.toString('utf8') ?? null,
                value: message.value?.toString('utf8') ?? null,
                timestamp: message.timestamp,
              });
            }
          }
          if (BigInt(batch.lastOffset()) >= span.to - 1n) left.delete(batch.partition);
          if (left.size === 0) finish();
        },
      }),
      signal,
    );
    await within(Promise.race([joined, done]), signal);
    for (const span of wanted.values()) consumer.seek({ topic, partition: span.partition, offset: span.from.toString() });
    await within(done, signal);
  } finally {
    clearTimeout(idle);
    const left = consumer.disconnect().catch(() => undefined);
    await Promise.race([left, new Promise((resolve) => setTimeout(resolve, leaveMs).unref())]);
    wire.cut();
    const admin: Admin | undefined = await client.admin(signal).catch(() => undefined);
    await admin?.deleteGroups([groupId]).catch(() => undefined);
  }
}
