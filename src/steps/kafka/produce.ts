/** `produce`: one record. The partition must exist: the client resolves with nothing for one that does not, and the record is lost. */
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { within } from '../../clients/kafka/client.ts';
import type { Json } from '../../interpreter/core/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import type { Preview, Refusal } from './shared.ts';
import { done, isRefusal, refuse } from './shared.ts';

export interface Produce {
  readonly topic: string;
  readonly key?: string;
  readonly value: Json;
  readonly partition?: number;
}

type Bounds = readonly { readonly partition: number; readonly high: string }[];

async function partitionsOf(client: KafkaClient, params: Produce, context: RunContext): Promise<Bounds | Refusal> {
  const admin = await client.admin(context.signal);
  const known = await within(admin.fetchTopicOffsets(params.topic), context.signal);
  if (params.partition === undefined || known.some((one) => one.partition === params.partition)) return known;
  return refuse('no-partition', `${params.topic} has no partition ${String(params.partition)}`);
}

export async function produce(client: KafkaClient, params: Produce, context: RunContext): Promise<Done> {
  const known = await partitionsOf(client, params, context);
  if (isRefusal(known)) return known;
  const producer = await client.producer(context.signal);
  const value = typeof params.value === 'string' ? params.value : JSON.stringify(params.value);
  const message = {
    value,
    ...(params.key === undefined ? {} : { key: params.key }),
    ...(params.partition === undefined ? {} : { partition: params.partition }),
  };
  context.sent();
  const [written] = await within(producer.send({ topic: params.topic, acks: -1, messages: [message] }), context.signal);
  if (written?.baseOffset === undefined)
    return { ok: false, wire: 'unknown', class: 'validation', code: 'not-written', message: 'Kafka acknowledged nothing' };
  return done(true, { partition: written.partition, offset: written.baseOffset });
}

/** Where the record would stand; the value itself may be long and is shown by the step. */
export async function previewProduce(client: KafkaClient, params: Produce, context: RunContext): Promise<Preview | Refusal> {
  const known = await partitionsOf(client, params, context);
  if (isRefusal(known)) return known;
  const { topic, key, partition } = params;
  const end = known.find((one) => one.partition === partition)?.high;
  const keyed = key === undefined ? '' : ` with key ${key}`;
  if (partition === undefined || end === undefined)
    return { lines: [`${topic}: one more record${keyed}`], data: { topic, from: null, to: null } };
  const to = (BigInt(end) + 1n).toString();
  return { lines: [`${topic}/${String(partition)}: end ${end} -> ${to}, one record${keyed}`], data: { topic, from: end, to } };
}
