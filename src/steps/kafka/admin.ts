/** Operations that only read cluster, topics and groups. */
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { coordinated, within } from '../../clients/kafka/client.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';

const fine = (value: Json, noData = false): Done => ({ ok: true, changed: false, noData, result: { value } });

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
  const all = await within((await client.admin(context.signal)).fetchTopicOffsets(params.topic), context.signal);
  return fine(
    all.map((one) => ({ partition: one.partition, first: one.low, end: one.high })).sort((a, b) => a.partition - b.partition),
  );
}

/** A commit of -1 is none; other negative commits are literal marks of a reset (earliest, latest): the lag is then counted from the first offset. */
export async function groupLag(
  client: KafkaClient,
  params: { readonly group: string; readonly topics?: readonly string[] },
  context: RunContext,
): Promise<Done> {
  const admin = await client.admin(context.signal);
  const commits = await coordinated(
    () => admin.fetchOffsets({ groupId: params.group, ...(params.topics === undefined ? {} : { topics: [...params.topics] }) }),
    context.signal,
  );
  let total = 0n;
  const partitions: Json[] = [];
  for (const { topic, partitions: committed } of commits) {
    const ends = await within(admin.fetchTopicOffsets(topic), context.signal);
    for (const one of committed) {
      const end = ends.find((other) => other.partition === one.partition);
      if (end === undefined) continue;
      const at = BigInt(one.offset);
      const lag = BigInt(end.high) - (at < 0n ? BigInt(at === -1n && params.topics === undefined ? end.high : end.low) : at);
      total += lag;
      partitions.push({ topic, partition: one.partition, committed: one.offset, end: end.high, lag: lag.toString() });
    }
  }
  return fine({ total: Number(total), partitions }, partitions.length === 0);
}

/** An unknown group is no error for Kafka; its state is Dead. */
export async function describeGroup(client: KafkaClient, params: { readonly group: string }, context: RunContext): Promise<Done> {
  const { groups } = await coordinated(
    async () => (await client.admin(context.signal)).describeGroups([params.group]),
    context.signal,
  );
  const [group] = groups;
  return fine({ state: group?.state ?? 'Dead', members: (group?.members ?? []).map((one) => one.clientId) });
}
