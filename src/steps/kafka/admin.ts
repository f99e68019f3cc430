/** Operations that only read cluster, topics and groups. */
import { boundsOf } from '../../clients/kafka/bounds.ts';
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { coordinated, within } from '../../clients/kafka/client.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import { below, noRecords } from './record.ts';

const fine = (value: Json): Done => ({ ok: true, changed: false, result: { value } });

/** The controller that clients see on KRaft is a random broker, so it is not shown. */
export async function describeCluster(
  client: KafkaClient,
  params: { readonly broker?: string },
  context: RunContext,
): Promise<Done> {
  const cluster = await within((await client.admin(context.signal)).describeCluster(), context.signal);
  const brokers = cluster.brokers.map((one) => `${one.host}:${String(one.port)}`).sort();
  if (params.broker !== undefined && !brokers.includes(params.broker)) {
    return {
      ok: false,
      wire: 'refused',
      class: 'connection',
      code: 'broker-missing',
      message: `${params.broker} is not among the living brokers ${brokers.join(', ')}`,
    };
  }
  return fine({ brokers, clusterId: cluster.clusterId });
}

export async function describeTopics(
  client: KafkaClient,
  params: { readonly topics?: readonly string[] },
  context: RunContext,
): Promise<Done> {
  // For Kafka an empty list means all topics.
  if (params.topics?.length === 0) return noRecords({ value: null }, 'topics is an empty list');
  const admin = await client.admin(context.signal);
  const { topics } = await within(
    admin.fetchTopicMetadata(params.topics === undefined ? undefined : { topics: [...params.topics] }),
    context.signal,
  );
  const partitions = topics.flatMap((topic) =>
    topic.partitions.map((one) => ({
      topic: topic.name,
      partition: one.partitionId,
      leader: one.leader,
      replicas: [...one.replicas],
      isr: [...one.isr],
      missing: one.replicas.filter((id) => !one.isr.includes(id)),
    })),
  );
  const sorted = partitions.sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
  const count = (which: (one: (typeof sorted)[number]) => boolean): number => sorted.filter(which).length;
  if (sorted.length === 0) return noRecords({ value: null }, 'the cluster has no topics');
  const led = [...new Set(sorted.flatMap((one) => one.replicas))].sort((a, b) => a - b);
  return fine({
    partitions: sorted,
    underReplicated: count((one) => one.missing.length > 0),
    offline: count((one) => one.leader < 0),
    // Leaders do not come back by themselves soon after a broker has; until then the others do its work.
    notPreferred: count((one) => one.leader !== one.replicas[0]),
    leaders: Object.fromEntries(led.map((id) => [String(id), count((one) => one.leader === id)])),
  });
}

export async function offsets(client: KafkaClient, params: { readonly topic: string }, context: RunContext): Promise<Done> {
  const bounds = await boundsOf(client, params.topic, context.signal);
  const value = bounds.map((one) => ({ partition: one.partition, first: one.low, end: one.high }));
  return {
    ok: true,
    changed: false,
    result: { value },
    int64: value.flatMap((_, i) => below(`/value/${String(i)}`, ['/first', '/end'])),
  };
}

/** An unknown group is not an error for Kafka: its state is Dead. It is no data here, since a group that does not exist has no members to count. */
export async function describeGroup(client: KafkaClient, params: { readonly group: string }, context: RunContext): Promise<Done> {
  const { groups } = await coordinated(
    async () => (await client.admin(context.signal)).describeGroups([params.group]),
    context.signal,
  );
  const [group] = groups;
  const value = { state: group?.state ?? 'Dead', members: (group?.members ?? []).map((one) => one.clientId) };
  return value.state === 'Dead' ? noRecords({ value }, `there is no group ${params.group}`) : fine(value);
}
