/** Operations that make, widen and delete topics. What exists is read first, because the client's answers hide it. */
import { boundsOf } from '../../clients/kafka/bounds.ts';
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { within } from '../../clients/kafka/client.ts';
import { deepestOf } from '../../clients/kafka/failure.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import type { Preview, Refusal, Settings } from './shared.ts';
import { already, done, entries, readBack, refuse, takingSettings } from './shared.ts';

export interface CreateTopic {
  readonly topic: string;
  readonly partitions?: number;
  readonly replicas?: number;
  readonly config?: Settings;
}

/** A topic as the cluster's metadata show it. */
export interface Seen {
  readonly partitions: number;
  readonly replicas: number;
  /** Partitions that have a leader; until then nobody can write to them. */
  readonly led: number;
}

/** Undefined: there is none. The topic itself is asked for: a list leaves out what this user may not see, which is not the same as gone. */
export async function topicOf(client: KafkaClient, topic: string, context: RunContext): Promise<Seen | undefined> {
  const admin = await client.admin(context.signal);
  try {
    const { topics } = await within(admin.fetchTopicMetadata({ topics: [topic] }), context.signal);
    const partitions = topics[0]?.partitions ?? [];
    return {
      partitions: partitions.length,
      replicas: partitions[0]?.replicas.length ?? 0,
      led: partitions.filter((one) => one.leader >= 0).length,
    };
  } catch (problem) {
    if (deepestOf(problem).type === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined;
    throw problem;
  }
}

const shown = (seen: Seen | undefined): string =>
  seen === undefined ? 'no such topic' : `${String(seen.partitions)} partitions, ${String(seen.led)} of them with a leader`;

const isWhole = (seen: Seen | undefined, partitions: number): boolean =>
  seen?.partitions === partitions && seen.led === partitions;

/** A leader that is named may not know of it yet, and would refuse the record of the next step: each is asked for its offsets. */
const settled = (client: KafkaClient, topic: string, partitions: number, context: RunContext): Promise<Refusal | undefined> =>
  readBack(context, {
    read: async () => {
      const seen = await topicOf(client, topic, context);
      if (isWhole(seen, partitions)) await within((await client.admin(context.signal)).fetchTopicOffsets(topic), context.signal);
      return seen;
    },
    shows: (seen) => isWhole(seen, partitions),
    words: (seen) => `${topic}: ${shown(seen)}`,
  });

/** Exists with as many partitions: nothing to do; with another number: refused, since nobody asked for that topic. */
async function isMade(client: KafkaClient, params: CreateTopic, context: RunContext): Promise<boolean | Refusal> {
  const wanted = params.partitions ?? 1;
  const there = await topicOf(client, params.topic, context);
  if (there === undefined || there.partitions === wanted) return there !== undefined;
  return refuse('topic-exists', `${params.topic} exists with ${String(there.partitions)} partitions, not ${String(wanted)}`);
}

const creation = (params: CreateTopic) => ({
  topic: params.topic,
  numPartitions: params.partitions ?? 1,
  replicationFactor: params.replicas ?? 1,
  configEntries: entries(params.config),
});

/** False: somebody else was quicker. */
async function create(
  client: KafkaClient,
  params: CreateTopic,
  validateOnly: boolean,
  context: RunContext,
): Promise<boolean | Refusal> {
  const admin = await client.admin(context.signal);
  const wanted = creation(params);
  const ask = (only: boolean, topic: typeof wanted): Promise<boolean> =>
    within(admin.createTopics({ validateOnly: only, waitForLeaders: false, topics: [topic] }), context.signal);
  const alone = (name: string): Promise<boolean> =>
    ask(true, { ...wanted, configEntries: wanted.configEntries.filter((one) => one.name === name) });
  if (!validateOnly) context.sent();
  return takingSettings(wanted.configEntries, () => ask(validateOnly, wanted), alone);
}

export async function createTopic(client: KafkaClient, params: CreateTopic, context: RunContext): Promise<Done> {
  const there = await isMade(client, params, context);
  if (typeof there === 'object') return there;
  const partitions = params.partitions ?? 1;
  let ours = false;
  if (!there) {
    const made = await create(client, params, false, context);
    if (typeof made === 'object') return made;
    ours = made;
  }
  const unseen = await settled(client, params.topic, partitions, context);
  const value = { topic: params.topic, partitions };
  return unseen ?? (ours ? done(true, value) : already(context, value));
}

/** The cluster itself says whether it would take the topic. */
export async function previewCreate(client: KafkaClient, params: CreateTopic, context: RunContext): Promise<Preview | Refusal> {
  const made = await isMade(client, params, context);
  if (typeof made === 'object') return made;
  const { topic, numPartitions, replicationFactor, configEntries } = creation(params);
  const to = `${String(numPartitions)} partitions`;
  if (made) return { lines: [`topic ${topic}: ${to} (unchanged)`], data: { topic, from: numPartitions, to: numPartitions } };
  const refused = await create(client, params, true, context);
  if (typeof refused === 'object') return refused;
  return {
    lines: [
      `topic ${topic}: none -> ${to}, ${String(replicationFactor)} replicas each`,
      ...configEntries.map((one) => `topic ${topic} ${one.name}: none -> ${one.value}`),
    ],
    data: { topic, from: null, to: numPartitions },
  };
}

interface OneTopic {
  readonly topic: string;
}

export async function deleteTopic(client: KafkaClient, params: OneTopic, context: RunContext): Promise<Done> {
  const { topic } = params;
  if ((await topicOf(client, topic, context)) === undefined) return already(context, { topic });
  const admin = await client.admin(context.signal);
  context.sent();
  await within(admin.deleteTopics({ topics: [topic] }), context.signal);
  const unseen = await readBack(context, {
    read: () => topicOf(client, topic, context),
    shows: (seen) => seen === undefined,
    words: (seen) => `${topic}: ${shown(seen)}`,
  });
  return unseen ?? done(true, { topic });
}

export async function previewDelete(client: KafkaClient, { topic }: OneTopic, context: RunContext): Promise<Preview> {
  const seen = await topicOf(client, topic, context);
  if (seen === undefined) return { lines: [`topic ${topic}: none (unchanged)`], data: { topic, from: null, to: null } };
  const bounds = await boundsOf(client, topic, context.signal);
  const records = bounds.reduce((sum, one) => sum + BigInt(one.high) - BigInt(one.low), 0n).toString();
  return {
    lines: [`topic ${topic}: ${String(seen.partitions)} partitions with ${records} records -> none`],
    data: { topic, from: seen.partitions, to: null, records },
  };
}

interface MorePartitions {
  readonly topic: string;
  readonly total: number;
}

async function widening(client: KafkaClient, params: MorePartitions, context: RunContext): Promise<number | Refusal> {
  const there = await topicOf(client, params.topic, context);
  if (there === undefined) return refuse('no-topic', `there is no topic ${params.topic}`);
  if (there.partitions <= params.total) return there.partitions;
  const has = `${params.topic} has ${String(there.partitions)} partitions`;
  return refuse('fewer-partitions', `${has}; Kafka cannot take partitions away`);
}

/** Keys of records move to other partitions: their order across the change is lost. */
export async function addPartitions(client: KafkaClient, params: MorePartitions, context: RunContext): Promise<Done> {
  const { topic, total } = params;
  const from = await widening(client, params, context);
  if (typeof from === 'object') return from;
  if (from < total) {
    const admin = await client.admin(context.signal);
    context.sent();
    await within(admin.createPartitions({ topicPartitions: [{ topic, count: total }] }), context.signal);
  }
  const unseen = await settled(client, topic, total, context);
  const value = { topic, from, to: total };
  return unseen ?? (from === total ? already(context, value) : done(true, value));
}

export async function previewPartitions(
  client: KafkaClient,
  params: MorePartitions,
  context: RunContext,
): Promise<Preview | Refusal> {
  const { topic, total } = params;
  const from = await widening(client, params, context);
  if (typeof from === 'object') return from;
  const data = { topic, from, to: total };
  if (from === total) return { lines: [`topic ${topic}: ${String(total)} partitions (unchanged)`], data };
  const admin = await client.admin(context.signal);
  const topicPartitions = [{ topic, count: total }];
  await within(admin.createPartitions({ validateOnly: true, topicPartitions }), context.signal);
  const more = `topic ${topic}: ${String(from)} -> ${String(total)} partitions`;
  return { lines: [`${more}; keys move, so their order across the change is lost`], data };
}
