/**
 * Commits offsets for a group without members. The admin client's own way takes five seconds and takes an unknown partition in silence,
 * so a consumer of ours joins the group, fetches nothing, commits and leaves. Both silent traps are closed: `run` is awaited and the join is
 * seen before the commit, and the topic is paused, or the consumer would overwrite an offset out of range with -2.
 */
import type { KafkaClient } from './client.ts';
import { within } from './client.ts';

const leaveMs = 2000;

export interface Commit {
  readonly partition: number;
  /** Not negative; decimal text. */
  readonly offset: string;
}

/** `sent` is called just before the commit leaves. The caller has checked that the group has no members, and reads back afterwards. */
export async function commitOffsets(
  client: KafkaClient,
  place: { readonly group: string; readonly topic: string },
  commits: readonly Commit[],
  run: { readonly signal: AbortSignal; readonly sent: () => void },
): Promise<void> {
  const wire = client.reader();
  const consumer = wire.kafka.consumer({
    groupId: place.group,
    maxWaitTimeInMs: 50,
    sessionTimeout: 10_000,
    allowAutoTopicCreation: false,
    retry: { retries: 12, initialRetryTime: 50, maxRetryTime: 400 },
  });
  try {
    await within(consumer.connect(), run.signal);
    await within(consumer.subscribe({ topic: place.topic }), run.signal);
    const joined = new Promise<void>((resolve) => {
      consumer.on(consumer.events.GROUP_JOIN, () => {
        resolve();
      });
    });
    const running = consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined });
    consumer.pause([{ topic: place.topic }]);
    await within(running, run.signal);
    await within(joined, run.signal);
    run.sent();
    const offsets = commits.map((one) => ({ topic: place.topic, partition: one.partition, offset: one.offset }));
    await within(consumer.commitOffsets(offsets), run.signal);
  } finally {
    // A broker that answers nothing must not hold the step beyond its deadline.
    const left = consumer.disconnect().catch(() => undefined);
    await Promise.race([left, new Promise((resolve) => setTimeout(resolve, leaveMs).unref())]);
    wire.cut();
  }
}
