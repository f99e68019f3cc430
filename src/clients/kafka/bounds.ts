/**
 * Where the partitions of a topic begin and end. The driver's admin client has this call too, but its end is the last stable offset, without a word: while a
 * transaction is open, the records behind it would not count, and a group that has read them would stand beyond the end.
 */
import type { KafkaClient } from './client.ts';
import { pause, within } from './client.ts';
import type { Cluster } from './cluster.ts';
import { readUncommitted } from './cluster.ts';
import { deepestOf } from './failure.ts';

export interface PartitionBound {
  readonly partition: number;
  /** First offset that is there. */
  readonly low: string;
  /** Behind the last one; not below `low`. */
  readonly high: string;
}

/** What the protocol calls the times of the end and of the beginning. */
const times = { end: '-1', beginning: '-2' } as const;
/** A leader that has just moved is asked again, since reading has no effect. */
const movedTries = 20;
const movedPauseMs = 100;

/** Up to the high watermark, as Kafka's own tools tell it; in the order of partitions. Throws when there is no such topic. */
export async function boundsOf(client: KafkaClient, topic: string, signal: AbortSignal): Promise<readonly PartitionBound[]> {
  const cluster = await client.cluster(signal);
  await within(cluster.addTargetTopic(topic), signal);
  return patiently(cluster, signal, () => offsetsIn(cluster, topic, readUncommitted, signal));
}

/** `isolation`: whether the end is that of all records, or of those whose transaction is over. The topic is one of the cluster's targets. */
export async function offsetsIn(
  cluster: Cluster,
  topic: string,
  isolation: number,
  signal: AbortSignal,
): Promise<readonly PartitionBound[]> {
  const partitions = cluster.findTopicPartitionMetadata(topic).map((one) => one.partitionId);
  const leaders = Object.entries(cluster.findLeaderForPartitions(topic, partitions));
  const ask = async (timestamp: string): Promise<ReadonlyMap<number, string>> => {
    const answers = leaders.map(async ([nodeId, led]) => {
      const broker = await within(cluster.findBroker({ nodeId }), signal);
      const asked = led.map((partition) => ({ partition, timestamp }));
      const request = { isolationLevel: isolation, topics: [{ topic, partitions: asked }] };
      const { responses } = await within(broker.listOffsets(request), signal);
      return responses.flatMap((one) => one.partitions).map((one) => [one.partition, one.offset] as const);
    });
    return new Map((await Promise.all(answers)).flat());
  };
  // The first offset last: it only grows, so that nothing begins with records that are gone.
  const ends = await ask(times.end);
  const firsts = await ask(times.beginning);
  const bound = (partition: number): PartitionBound => {
    const [low, high] = [firsts.get(partition) ?? '0', ends.get(partition) ?? '0'];
    return { partition, low, high: BigInt(high) > BigInt(low) ? high : low };
  };
  return partitions.map(bound).sort((a, b) => a.partition - b.partition);
}

export async function patiently<T>(cluster: Cluster, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (problem) {
      const moved = /^(NOT_LEADER_FOR_PARTITION|LEADER_NOT_AVAILABLE|FENCED_LEADER_EPOCH|UNKNOWN_LEADER_EPOCH)$/;
      if (tries >= movedTries || !moved.test(deepestOf(problem).type ?? '')) throw problem;
      await pause(movedPauseMs, signal);
      await within(cluster.refreshMetadata(), signal);
    }
  }
}
