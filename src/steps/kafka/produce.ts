/** `produce`: one record. The partition must exist: the client resolves with nothing for one that does not, and the record is lost. */
import { boundsOf } from '../../clients/kafka/bounds.ts';
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { within } from '../../clients/kafka/client.ts';
import { deepestOf } from '../../clients/kafka/failure.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import type { Preview, Refusal } from './shared.ts';
import { done, refuse } from './shared.ts';

export interface Produce {
  readonly topic: string;
  readonly key?: string;
  readonly value: Json;
  readonly partition?: number;
}

interface Partition {
  readonly partitionId: number;
  readonly leader: number;
}

async function placeOf(client: KafkaClient, { topic, partition }: Produce, context: RunContext): Promise<Refusal | undefined> {
  const admin = await client.admin(context.signal);
  const { topics } = await within(admin.fetchTopicMetadata({ topics: [topic] }), context.signal);
  const known: readonly Partition[] = topics[0]?.partitions ?? [];
  if (partition === undefined) return known.some((one) => one.leader >= 0) ? undefined : leaderless(topic);
  const found = known.find((one) => one.partitionId === partition);
  if (found === undefined) return refuse('no-partition', `${topic} has no partition ${String(partition)}`);
  return found.leader < 0 ? leaderless(`${topic}/${String(partition)}`) : undefined;
}

const leaderless = (place: string): Refusal => ({
  ok: false,
  wire: 'notStarted',
  class: 'connection',
  code: 'no-leader',
  message: `${place} has no leader: all brokers that have its records are down`,
  hint: 'describeTopics shows which brokers it needs',
});

export async function produce(client: KafkaClient, params: Produce, context: RunContext): Promise<Done> {
  const { topic, key, partition } = params;
  const problem = await placeOf(client, params, context);
  if (problem !== undefined) return problem;
  const producer = await client.producer(context.signal);
  const value = typeof params.value === 'string' ? params.value : JSON.stringify(params.value);
  const message = { value, ...(key === undefined ? {} : { key }), ...(partition === undefined ? {} : { partition }) };
  context.sent();
  try {
    const [written] = await within(producer.send({ topic, acks: -1, messages: [message] }), context.signal);
    if (written?.baseOffset === undefined)
      return { ok: false, wire: 'unknown', class: 'validation', code: 'not-written', message: 'Kafka acknowledged nothing' };
    return done(true, { partition: written.partition, offset: written.baseOffset });
  } catch (failed) {
    // The partition of the key: one record has one leader, so nothing has left.
    if (deepestOf(failed).name === 'KafkaJSBrokerNotFound')
      return { ...leaderless(`the partition of ${topic} for this key`), wire: 'refused' };
    throw failed;
  }
}

/** Where the record would be; the value itself may be long and is shown by the step. */
export async function previewProduce(client: KafkaClient, params: Produce, context: RunContext): Promise<Preview | Refusal> {
  const problem = await placeOf(client, params, context);
  if (problem !== undefined) return problem;
  const { topic, key, partition } = params;
  const keyed = key === undefined ? '' : ` with key ${key}`;
  if (partition === undefined) return { lines: [`${topic}: one more record${keyed}`], data: { topic, from: null, to: null } };
  const bounds = await boundsOf(client, topic, context.signal);
  const end = bounds.find((one) => one.partition === partition)?.high ?? '0';
  const to = (BigInt(end) + 1n).toString();
  return { lines: [`${topic}/${String(partition)}: end ${end} -> ${to}, one record${keyed}`], data: { topic, from: end, to } };
}
