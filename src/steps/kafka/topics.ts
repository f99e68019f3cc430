/** Operations that change topics, their configuration and groups. What exists is read first, because the client's answers hide it (kafka-and-servers 3). */
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { coordinated, within } from '../../clients/kafka/client.ts';
import type { Json } from '../../interpreter/core/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';

type Settings = Readonly<Record<string, string | number | boolean>>;
export interface CreateTopic {
  readonly topic: string;
  readonly partitions?: number;
  readonly replicas?: number;
  readonly config?: Settings;
}
export interface AlterConfig {
  readonly topic: string;
  readonly set?: Settings;
  /** Back to the broker's default. */
  readonly unset?: readonly string[];
}

type Refusal = Extract<Done, { ok: false }>;
const refuse = (code: string, message: string, hint?: string): Refusal => ({
  ok: false,
  wire: 'notStarted',
  class: 'config',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});
const done = (changed: boolean, value: Json): Done => ({ ok: true, changed, result: { value } });

/** Partitions of a topic, or undefined: the client says nothing when a topic that is to be made exists already. */
async function partitionsOf(client: KafkaClient, topic: string, context: RunContext): Promise<number | undefined> {
  const admin = await client.admin(context.signal);
  const names = await within(admin.listTopics(), context.signal);
  if (!names.includes(topic)) return undefined;
  const { topics } = await within(admin.fetchTopicMetadata({ topics: [topic] }), context.signal);
  return topics[0]?.partitions.length ?? 0;
}

/** Exists with as many partitions: nothing to do; with another number: refused, since nobody asked for that topic. */
export async function createTopic(client: KafkaClient, params: CreateTopic, context: RunContext): Promise<Done> {
  const wanted = params.partitions ?? 1;
  const there = await partitionsOf(client, params.topic, context);
  if (there === wanted) return done(false, { topic: params.topic, partitions: there });
  if (there !== undefined)
    return refuse('topic-exists', `${params.topic} exists with ${String(there)} partitions, not ${String(wanted)}`);
  const admin = await client.admin(context.signal);
  const configEntries = entries(params.config);
  context.sent();
  await within(
    admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic: params.topic, numPartitions: wanted, replicationFactor: params.replicas ?? 1, configEntries }],
    }),
    context.signal,
  );
  return done(true, { topic: params.topic, partitions: wanted });
}

export async function deleteTopic(client: KafkaClient, params: { readonly topic: string }, context: RunContext): Promise<Done> {
  if ((await partitionsOf(client, params.topic, context)) === undefined) return done(false, { topic: params.topic });
  const admin = await client.admin(context.signal);
  context.sent();
  await within(admin.deleteTopics({ topics: [params.topic] }), context.signal);
  return done(true, { topic: params.topic });
}

/** Keys of records move to other partitions: their order across the change is lost (T-68). */
export async function addPartitions(
  client: KafkaClient,
  params: { readonly topic: string; readonly total: number },
  context: RunContext,
): Promise<Done> {
  const there = await partitionsOf(client, params.topic, context);
  if (there === undefined) return refuse('no-topic', `there is no topic ${params.topic}`);
  if (there === params.total) return done(false, { topic: params.topic, from: there, to: there });
  if (there > params.total)
    return refuse('fewer-partitions', `${params.topic} has ${String(there)} partitions; Kafka cannot take partitions away`);
  const admin = await client.admin(context.signal);
  context.sent();
  await within(admin.createPartitions({ topicPartitions: [{ topic: params.topic, count: params.total }] }), context.signal);
  return done(true, { topic: params.topic, from: there, to: params.total });
}

const topicResource = 2;
const setOnTopic = 1;
const entries = (settings: Settings | undefined): { name: string; value: string }[] =>
  Object.entries(settings ?? {}).map(([name, value]) => ({ name, value: String(value) }));

/** What is set on the topic itself, not inherited from the broker. */
export async function dynamicConfig(
  client: KafkaClient,
  topic: string,
  context: RunContext,
): Promise<Readonly<Record<string, string>>> {
  const admin = await client.admin(context.signal);
  const { resources } = await within(
    admin.describeConfigs({ includeSynonyms: false, resources: [{ type: topicResource, name: topic }] }),
    context.signal,
  );
  const own = (resources[0]?.configEntries ?? []).filter((one) => Number(one.configSource) === setOnTopic);
  return Object.fromEntries(own.map((one) => [one.configName, one.configValue]));
}

/** The client replaces all values of a topic by those it is given, so all that are set are read, merged, sent and read back. */
export async function alterConfig(client: KafkaClient, params: AlterConfig, context: RunContext): Promise<Done> {
  if ((await partitionsOf(client, params.topic, context)) === undefined)
    return refuse('no-topic', `there is no topic ${params.topic}`);
  const before = await dynamicConfig(client, params.topic, context);
  const set = Object.fromEntries(entries(params.set).map((one) => [one.name, one.value]));
  const merged = Object.fromEntries(
    Object.entries({ ...before, ...set }).filter(([name]) => params.unset?.includes(name) !== true),
  );
  return replaceConfig(client, params.topic, before, merged, context);
}

/** Puts back exactly what was set before; a value that somebody else has set since is refused, not overwritten. */
export async function restoreConfig(client: KafkaClient, old: Json, params: AlterConfig, context: RunContext): Promise<Done> {
  const before = (old as { readonly config: Readonly<Record<string, string>> }).config;
  const now = await dynamicConfig(client, params.topic, context);
  const set = { ...before, ...Object.fromEntries(entries(params.set).map((one) => [one.name, one.value])) };
  const ours = Object.fromEntries(Object.entries(set).filter(([name]) => params.unset?.includes(name) !== true));
  const foreign = Object.keys({ ...now, ...ours }).find((name) => now[name] !== ours[name] && now[name] !== before[name]);
  if (foreign !== undefined)
    return refuse('changed-meanwhile', `${foreign} of ${params.topic} was changed by somebody else since`, 'decide by hand');
  return replaceConfig(client, params.topic, now, before, context);
}

async function replaceConfig(
  client: KafkaClient,
  topic: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  context: RunContext,
): Promise<Done> {
  const changes = Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((name) => before[name] !== after[name])
      .map((name) => [name, { from: before[name] ?? null, to: after[name] ?? null }]),
  );
  if (Object.keys(changes).length === 0) return done(false, { topic, changes });
  const admin = await client.admin(context.signal);
  context.sent();
  await within(
    admin.alterConfigs({ validateOnly: false, resources: [{ type: topicResource, name: topic, configEntries: entries(after) }] }),
    context.signal,
  );
  const now = await dynamicConfig(client, topic, context);
  const wrong = Object.keys(changes).find((name) => now[name] !== after[name]);
  if (wrong === undefined) return done(true, { topic, changes });
  return {
    ok: false,
    wire: 'unknown',
    class: 'validation',
    code: 'not-set',
    message: `${wrong} of ${topic} is ${now[wrong] ?? 'not set'} instead of ${after[wrong] ?? 'not set'} after the change`,
  };
}

/** Records before these offsets are gone for every reader. */
export async function deleteRecords(
  client: KafkaClient,
  params: { readonly topic: string; readonly before: Readonly<Record<string, number | string>> },
  context: RunContext,
): Promise<Done> {
  const admin = await client.admin(context.signal);
  const bounds = await within(admin.fetchTopicOffsets(params.topic), context.signal);
  for (const [partition, offset] of Object.entries(params.before)) {
    const bound = bounds.find((one) => String(one.partition) === partition);
    if (bound === undefined) return refuse('no-partition', `${params.topic} has no partition ${partition}`);
    if (!/^[0-9]+$/.test(String(offset)) || BigInt(offset) > BigInt(bound.high))
      return refuse('out-of-range', `${params.topic}/${partition} ends at ${bound.high}, not at ${String(offset)}`);
  }
  const partitions = Object.entries(params.before).map(([partition, offset]) => ({
    partition: Number(partition),
    offset: String(offset),
  }));
  const due = partitions.filter(
    (one) => BigInt(one.offset) > BigInt(bounds.find((two) => two.partition === one.partition)?.low ?? 0),
  );
  if (due.length > 0) {
    context.sent();
    await within(admin.deleteTopicRecords({ topic: params.topic, partitions: due }), context.signal);
  }
  const now = await within(admin.fetchTopicOffsets(params.topic), context.signal);
  return done(due.length > 0, { first: Object.fromEntries(now.map((one) => [String(one.partition), one.low])) });
}

/** A group with members is refused by the server; one that does not exist is what was wanted. */
export async function deleteGroup(client: KafkaClient, params: { readonly group: string }, context: RunContext): Promise<Done> {
  const { groups } = await coordinated(
    async () => (await client.admin(context.signal)).describeGroups([params.group]),
    context.signal,
  );
  const [found] = groups;
  if (found === undefined || found.state === 'Dead') return done(false, { group: params.group });
  if (found.state !== 'Empty')
    return refuse(
      'group-active',
      `the group ${params.group} has members (${found.state}): ${found.members.map((one) => one.clientId).join(', ')}`,
      'stop its consumers first',
    );
  const admin = await client.admin(context.signal);
  context.sent();
  await within(admin.deleteGroups([params.group]), context.signal);
  return done(true, { group: params.group });
}
