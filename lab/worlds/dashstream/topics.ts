/** The topics and the group of this world, at the broker itself. */
import type { Admin, ConfigResourceTypes } from 'kafkajs';
import { mainTopicSettings, topics } from './names.ts';

/** The client's constant for a topic, which is only a type to us. */
const topicResource = 2 as ConfigResourceTypes.TOPIC;
/** The source of a setting that was made for the topic. */
const ofTopic = 1;

/** Both with one partition and the usual settings: what is missing is made, what has more partitions is made again. */
export async function resetTopics(admin: Admin): Promise<void> {
  const known = await admin.listTopics();
  const { topics: found } = await admin.fetchTopicMetadata({
    topics: Object.values(topics).filter((name) => known.includes(name)),
  });
  const wide = found.filter(({ partitions }) => partitions.length > 1).map(({ name }) => name);
  if (wide.length > 0) await admin.deleteTopics({ topics: wide });
  const missing = Object.values(topics).filter((name) => !known.includes(name) || wide.includes(name));
  // while a topic of that name is on its way out this fails, and the caller tries again
  const made = missing.map((topic) => ({ topic, numPartitions: 1, replicationFactor: 1 }));
  if (made.length > 0) await admin.createTopics({ topics: made, waitForLeaders: true });
  for (const name of Object.values(topics)) await setTopicSettings(admin, name, name === topics.main ? mainTopicSettings : {});
}

/** Replaces all settings of the topic. */
export async function setTopicSettings(admin: Admin, name: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const configEntries = Object.entries(settings).map(([key, value]) => ({ name: key, value }));
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: topicResource, name, configEntries }] });
}

/** What is set for the topic itself; what it inherits is not in it. */
export async function topicSettings(admin: Admin, name: string): Promise<Readonly<Record<string, string>>> {
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: topicResource, name }] });
  const own = (resources[0]?.configEntries ?? []).filter(({ configSource }) => Number(configSource) === ofTopic);
  return Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
}

/** Deletes every record. A consumer whose next one is gone begins with the first that is left. */
export async function emptyTopics(admin: Admin): Promise<void> {
  for (const topic of Object.values(topics)) {
    const ends = await admin.fetchTopicOffsets(topic);
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
    if (ends.some(({ low, high }) => low !== high)) await admin.deleteTopicRecords({ topic, partitions });
  }
}

/** So many partitions; who reads them must be started again to learn of it at once. */
export const widenMain = (admin: Admin, count: number): Promise<boolean> =>
  admin.createPartitions({ topicPartitions: [{ topic: topics.main, count }] });
