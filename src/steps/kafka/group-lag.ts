/** `groupLag`: how far a group is behind the last records of its partitions. Whatever cannot be counted is named, and never left out of the sum. */
import type { PartitionBound } from '../../clients/kafka/bounds.ts';
import { boundsOf } from '../../clients/kafka/bounds.ts';
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { coordinated } from '../../clients/kafka/client.ts';
import { deepestOf } from '../../clients/kafka/failure.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import { partitionKey, readableEnds } from './readable-end.ts';
import { below, noRecords } from './record.ts';

interface GroupLag {
  readonly group: string;
  /** Default: all topics with a commit. */
  readonly topics?: readonly string[];
}

interface Position {
  readonly topic: string;
  readonly partition: number;
  /** Undefined: the group has committed nothing here. */
  readonly committed?: bigint;
  readonly first: bigint;
  readonly end: bigint;
  /** Behind the last record that can be read; undefined: the end. */
  readonly readable?: bigint;
}

type Commits = ReadonlyMap<string, ReadonlyMap<number, bigint>>;

/** What Kafka answers for a partition without a commit. */
const noCommit = -1n;
/** So many are named in a message. */
const named = 5;

export async function groupLag(client: KafkaClient, params: GroupLag, context: RunContext): Promise<Done> {
  const { group } = params;
  const commits = await commitsOf(client, params, context);
  const topics = params.topics ?? [...commits.keys()].sort();
  const positions: Position[] = [];
  for (const topic of topics) {
    const bounds = await boundsIfAny(client, topic, context);
    if (bounds === undefined) return noLag(positions, `there is no topic ${topic}`);
    positions.push(...positionsIn(topic, bounds, commits.get(topic) ?? new Map<number, bigint>()));
  }
  const outside = positions.filter(isOutside);
  if (outside.length > 0) return outOfRange(group, outside);
  if (!positions.some((one) => one.committed !== undefined))
    return noLag(
      positions,
      `the group ${group} has committed nothing${params.topics === undefined ? '' : ` for ${topics.join(', ')}`}`,
    );
  const silent = topics.find((topic) => !positions.some((one) => one.topic === topic && one.committed !== undefined));
  if (silent !== undefined) return noLag(positions, `the group ${group} has committed nothing for ${silent}`);
  const uncounted = positions.filter(isUncounted);
  if (uncounted.length > 0) return noLag(positions, `the group ${group} has committed nothing for ${places(uncounted)}`);
  const counted = await withReadable(client, positions, context);
  const total = counted.reduce((sum, one) => sum + lagOf(one), 0n);
  return {
    ok: true,
    changed: false,
    result: { value: { total: Number(total), partitions: counted.map(shown) } },
    int64: counted.flatMap((_, i) => pointersOf(i)),
  };
}

/** The marks that end transactions are offsets too: a group that has read all records stands before them for ever. */
async function withReadable(
  client: KafkaClient,
  positions: readonly Position[],
  context: RunContext,
): Promise<readonly Position[]> {
  const behind = positions.flatMap(({ topic, partition, committed, end }) =>
    committed !== undefined && committed < end ? [{ topic, partition, from: committed, end }] : [],
  );
  const ends = await readableEnds(client, behind, context.signal);
  return positions.map((one) => {
    const readable = ends.get(partitionKey(one));
    return readable === undefined ? one : { ...one, readable };
  });
}

/** Topic by topic, so that one that does not exist hides no other. */
async function commitsOf(client: KafkaClient, { group, topics }: GroupLag, context: RunContext): Promise<Commits> {
  const admin = await client.admin(context.signal);
  const all = await coordinated(() => admin.fetchOffsets({ groupId: group }), context.signal);
  const made = all.map(({ topic, partitions }) => {
    const real = partitions
      .map((one) => [one.partition, BigInt(one.offset)] as const)
      .filter(([, offset]) => offset !== noCommit);
    return [topic, new Map(real)] as const;
  });
  return new Map(made.filter(([topic, partitions]) => partitions.size > 0 && topics?.includes(topic) !== false));
}

/** Undefined: there is no such topic. */
async function boundsIfAny(
  client: KafkaClient,
  topic: string,
  context: RunContext,
): Promise<readonly PartitionBound[] | undefined> {
  try {
    return await boundsOf(client, topic, context.signal);
  } catch (problem) {
    if (deepestOf(problem).type === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined;
    throw problem;
  }
}

/** A commit for a partition that is gone is outside of a log of length 0. */
function positionsIn(
  topic: string,
  bounds: readonly PartitionBound[],
  commits: ReadonlyMap<number, bigint>,
): readonly Position[] {
  const gone = [...commits.keys()].filter((partition) => !bounds.some((one) => one.partition === partition));
  const all = [...bounds, ...gone.map((partition) => ({ partition, low: '0', high: '0' }))];
  return all.map(({ partition, low, high }) => {
    const committed = commits.get(partition);
    return { topic, partition, first: BigInt(low), end: BigInt(high), ...(committed === undefined ? {} : { committed }) };
  });
}

const isOutside = ({ committed, first, end }: Position): boolean =>
  committed !== undefined && (committed < first || committed > end);

/** Where there never was a record, there is nothing to commit. */
const isUncounted = ({ committed, end }: Position): boolean => committed === undefined && end > 0n;

const lagOf = ({ committed, end, readable = end }: Position): bigint => (committed === undefined ? 0n : readable - committed);

function places(positions: readonly Position[]): string {
  const more = positions.length > named ? ` and ${String(positions.length - named)} more partitions` : '';
  return `${positions.slice(0, named).map(partitionKey).join(', ')}${more}`;
}

/** Records that the group has not read were deleted, or it has read another log than this one: in both cases a difference of offsets counts nothing. */
function outOfRange(group: string, outside: readonly Position[]): Done {
  const words = outside.slice(0, named).map((one) => {
    const range = `the log has ${one.first.toString()} to ${one.end.toString()}`;
    return `${partitionKey(one)} committed ${String(one.committed)}, ${range}`;
  });
  const more = outside.length > named ? `; and ${String(outside.length - named)} more partitions` : '';
  const lost = outside.every((one) => (one.committed ?? 0n) < one.first);
  return {
    ok: false,
    wire: 'refused',
    class: 'validation',
    code: 'out-of-range',
    message: `the group ${group} is outside the log: ${words.join('; ')}${more}`,
    hint: lost
      ? 'records were deleted before the group had read them; resetOffsets moves it to what is left'
      : 'the topic was made anew, or its log was cut; resetOffsets moves the group into what is there',
    result: { value: { partitions: outside.map(shown) } },
  };
}

const noLag = (positions: readonly Position[], missing: string): Done =>
  noRecords({ value: { total: null, partitions: positions.map(shown) } }, missing);

const shown = (one: Position): Json => ({
  topic: one.topic,
  partition: one.partition,
  committed: one.committed?.toString() ?? null,
  first: one.first.toString(),
  end: one.end.toString(),
  lag: isUncounted(one) || isOutside(one) ? null : lagOf(one).toString(),
});

const pointersOf = (index: number): readonly string[] =>
  below(`/value/partitions/${String(index)}`, ['/committed', '/first', '/end', '/lag']);
