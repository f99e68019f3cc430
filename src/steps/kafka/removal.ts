/** Operations that delete records up to an offset, and groups with their positions. */
import type { PartitionBound } from '../../clients/kafka/bounds.ts';
import { boundsOf } from '../../clients/kafka/bounds.ts';
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { coordinated, within } from '../../clients/kafka/client.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import type { Preview, Refusal } from './shared.ts';
import { already, done, wasRefused, readBack, refuse } from './shared.ts';

export interface DeleteRecords {
  readonly topic: string;
  /** Partition -> first offset that stays. */
  readonly before: Readonly<Record<string, number | string>>;
}

interface Cut {
  readonly partition: number;
  /** First offset that is there now, and that stays. */
  readonly from: string;
  readonly to: string;
}

type Bounds = readonly PartitionBound[];

async function cutsOf(client: KafkaClient, params: DeleteRecords, context: RunContext): Promise<readonly Cut[] | Refusal> {
  const bounds = await boundsOf(client, params.topic, context.signal);
  const cuts: Cut[] = [];
  for (const [partition, offset] of Object.entries(params.before)) {
    const bound = bounds.find((one) => String(one.partition) === partition);
    if (bound === undefined) return refuse('no-partition', `${params.topic} has no partition ${partition}`);
    if (!/^[0-9]+$/.test(String(offset)) || BigInt(offset) > BigInt(bound.high))
      return refuse('out-of-range', `${params.topic}/${partition} ends at ${bound.high}, not at ${String(offset)}`);
    cuts.push({ partition: bound.partition, from: bound.low, to: String(offset) });
  }
  return cuts;
}

const isDue = ({ from, to }: Cut): boolean => BigInt(to) > BigInt(from);
const firsts = (bounds: Bounds): Json => ({ first: Object.fromEntries(bounds.map((one) => [String(one.partition), one.low])) });

/** Records before these offsets are gone for every reader. */
export async function deleteRecords(client: KafkaClient, params: DeleteRecords, context: RunContext): Promise<Done> {
  const { topic } = params;
  const cuts = await cutsOf(client, params, context);
  if (wasRefused(cuts)) return cuts;
  const due = cuts.filter(isDue);
  if (due.length === 0) return already(context, firsts(await boundsOf(client, topic, context.signal)));
  const admin = await client.admin(context.signal);
  const partitions = due.map((one) => ({ partition: one.partition, offset: one.to }));
  context.sent();
  await within(admin.deleteTopicRecords({ topic, partitions }), context.signal);
  let now: Bounds = [];
  const lateIn = (bounds: Bounds): Cut | undefined =>
    due.find((cut) => BigInt(bounds.find((one) => one.partition === cut.partition)?.low ?? -1) < BigInt(cut.to));
  const unseen = await readBack(context, {
    read: async () => (now = await boundsOf(client, topic, context.signal)),
    shows: (bounds) => lateIn(bounds) === undefined,
    words: (bounds) => `${topic}/${String(lateIn(bounds)?.partition)} still has records before ${lateIn(bounds)?.to ?? ''}`,
  });
  return unseen ?? done(true, firsts(now));
}

export async function previewRecords(
  client: KafkaClient,
  params: DeleteRecords,
  context: RunContext,
): Promise<Preview | Refusal> {
  const cuts = await cutsOf(client, params, context);
  if (wasRefused(cuts)) return cuts;
  return { lines: cuts.map((one) => lineOf(params.topic, one)), data: { cuts: cuts.map((one) => ({ ...one })) } };
}

function lineOf(topic: string, cut: Cut): string {
  const place = `${topic}/${String(cut.partition)}: first offset ${cut.from}`;
  if (!isDue(cut)) return `${place} (unchanged)`;
  return `${place} -> ${cut.to} (deletes ${(BigInt(cut.to) - BigInt(cut.from)).toString()} offsets)`;
}

interface OneGroup {
  readonly group: string;
}

/** Undefined: there is no such group. Refused: it has members. */
async function emptyGroup(client: KafkaClient, { group }: OneGroup, context: RunContext): Promise<'Empty' | Refusal | undefined> {
  const admin = await client.admin(context.signal);
  const { groups } = await coordinated(() => admin.describeGroups([group]), context.signal);
  const [found] = groups;
  if (found === undefined || found.state === 'Dead') return undefined;
  if (found.state === 'Empty') return 'Empty';
  const members = found.members.map((one) => one.clientId).join(', ');
  return refuse('group-active', `the group ${group} has members (${found.state}): ${members}`, 'stop its consumers first');
}

/** A group with members is refused by the server; one that does not exist is what was wanted. */
export async function deleteGroup(client: KafkaClient, params: OneGroup, context: RunContext): Promise<Done> {
  const found = await emptyGroup(client, params, context);
  if (found === undefined) return already(context, { group: params.group });
  if (found !== 'Empty') return found;
  const admin = await client.admin(context.signal);
  context.sent();
  await within(admin.deleteGroups([params.group]), context.signal);
  const unseen = await readBack(context, {
    read: () => emptyGroup(client, params, context),
    shows: (now) => now === undefined,
    words: (now) => (now === 'Empty' ? `the group ${params.group} is still there` : (now?.message ?? '')),
  });
  return unseen ?? done(true, { group: params.group });
}

export async function previewGroup(client: KafkaClient, params: OneGroup, context: RunContext): Promise<Preview | Refusal> {
  const { group } = params;
  const found = await emptyGroup(client, params, context);
  if (found === undefined) return { lines: [`group ${group}: none (unchanged)`], data: { group, positions: [] } };
  if (found !== 'Empty') return found;
  const admin = await client.admin(context.signal);
  const commits = await coordinated(() => admin.fetchOffsets({ groupId: group }), context.signal);
  const positions = commits.flatMap(({ topic, partitions }) =>
    partitions.filter((one) => one.offset !== '-1').map((one) => ({ topic, partition: one.partition, from: one.offset })),
  );
  return {
    lines: [
      `group ${group}: Empty -> none`,
      ...positions.map((one) => `group ${group} ${one.topic}/${String(one.partition)}: ${one.from} -> none`),
    ],
    data: { group, positions },
  };
}
