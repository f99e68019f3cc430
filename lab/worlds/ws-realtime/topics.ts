/** The topics of the service and their partitions, at the broker itself. */
import type { Admin } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from './settings.ts';

/** Each topic with one partition: what is missing is made, what has more is made again. True: something was changed. */
export async function resetTopics(admin: Admin): Promise<boolean> {
  const known = await admin.listTopics();
  const there = topics.filter((topic) => known.includes(topic));
  const { topics: found } = await admin.fetchTopicMetadata({ topics: there });
  const wide = found.filter(({ partitions }) => partitions.length > 1).map(({ name }) => name);
  const missing = topics.filter((topic) => !known.includes(topic) || wide.includes(topic));
  if (wide.length > 0) await admin.deleteTopics({ topics: wide });
  if (missing.length === 0) return false;
  for (const deadline = performance.now() + 10_000; ;) {
    try {
      await admin.createTopics({
        topics: missing.map((topic) => ({ topic, numPartitions: 1, replicationFactor: 1 })),
        waitForLeaders: true,
      });
      return true;
    } catch (problem) {
      // a topic of that name may still be on its way out
      if (performance.now() > deadline) throw problem;
      await sleep(50);
    }
  }
}

/** Two partitions for every topic; what reads them must be started again to learn of it at once. */
export async function widenTopics(admin: Admin): Promise<void> {
  await admin.createPartitions({ topicPartitions: topics.map((topic) => ({ topic, count: 2 })) });
}

/** Groups of single replicas, left behind by earlier pods. */
export async function removeOldGroups(admin: Admin): Promise<void> {
  const { groups } = await admin.listGroups();
  const old = groups.map(({ groupId }) => groupId).filter((name) => name.startsWith('ws-realtime-'));
  if (old.length > 0) await admin.deleteGroups(old).catch(() => undefined);
}
