/** `resetOffsets`: moves the committed offsets of a group that has no members; from and to are known before and read back after. */
import { boundsOf } from '../../clients/kafka/bounds.ts';
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { coordinated, within } from '../../clients/kafka/client.ts';
import { commitOffsets } from '../../clients/kafka/commit.ts';
import { parseTimestamp, timestampHint } from '../../interpreter/core/model/timestamp.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import type { Preview, Refusal } from './shared.ts';
import { wasRefused, refuse } from './shared.ts';

export interface ResetOffsets {
  readonly group: string;
  readonly topic: string;
  /** Default: all partitions. */
  readonly partitions?: readonly number[];
  readonly to?: 'earliest' | 'latest';
  readonly offset?: number | string;
  /** RFC 3339: the first record at or after it; none: the end. */
  readonly timestamp?: string;
}

interface Move {
  readonly partition: number;
  /** -1: nothing was committed; other negative numbers are marks of an earlier reset. */
  readonly from: string;
  readonly to: string;
}

export async function resetOffsets(client: KafkaClient, params: ResetOffsets, context: RunContext): Promise<Done> {
  const active = await membersOf(client, params.group, context.signal);
  if (active !== undefined) return active;
  const moves = await movesOf(client, params, context.signal);
  return wasRefused(moves) ? moves : commit(client, params, moves, context);
}

/** What would be moved, one line a partition; also says who is in the way. */
export async function previewReset(
  client: KafkaClient,
  params: ResetOffsets,
  { signal }: RunContext,
): Promise<Preview | Refusal> {
  const moves = await movesOf(client, params, signal);
  if (wasRefused(moves)) return moves;
  const active = await membersOf(client, params.group, signal);
  const lines = moves.map(
    (one) => `${params.group} ${params.topic}/${String(one.partition)}: ${words(one.from)} -> ${one.to}${distance(one)}`,
  );
  return {
    lines: [...lines, ...(active === undefined ? [] : [`refused now: ${active.message}`])],
    data: { moves: moves.map((one) => ({ ...one })) },
  };
}

const words = (offset: string): string => (offset === '-1' ? 'none' : offset);
function distance(move: Move): string {
  if (move.from.startsWith('-')) return '';
  const records = BigInt(move.to) - BigInt(move.from);
  if (records === 0n) return ' (unchanged)';
  return records > 0n ? ` (skips ${records.toString()} records)` : ` (reads ${(-records).toString()} records again)`;
}

/** Old state for undo: the committed offsets as they are. */
export async function captureOffsets(client: KafkaClient, params: ResetOffsets, { signal }: RunContext): Promise<Json> {
  const moves = await movesOf(client, params, signal);
  if (wasRefused(moves)) throw new Error(moves.message);
  return {
    offsets: Object.fromEntries(moves.map((one) => [String(one.partition), one.from])),
    to: Object.fromEntries(moves.map((one) => [String(one.partition), one.to])),
  };
}

/** Partitions without an earlier commit stay where they are: Kafka's clients cannot take a commit away. */
export async function restoreOffsets(client: KafkaClient, old: Json, params: ResetOffsets, context: RunContext): Promise<Done> {
  const { offsets, to } = old as {
    readonly offsets: Readonly<Record<string, string>>;
    readonly to: Readonly<Record<string, string>>;
  };
  const active = await membersOf(client, params.group, context.signal);
  if (active !== undefined) return active;
  const now = await committedOf(client, params, context.signal);
  const bounds = await boundsOf(client, params.topic, context.signal);
  const moves: Move[] = [];
  for (const [partition, offset] of Object.entries(offsets)) {
    const from = now.get(Number(partition)) ?? '-1';
    if (offset.startsWith('-') || from === offset) continue;
    // `latest` may have moved a little between the reading and the commit; consumers that have read since have moved it more than once.
    if (context.overwrite !== true && params.to !== 'latest' && from !== to[partition])
      return refuse(
        'changed-meanwhile',
        `${params.topic}/${partition} is at ${from}, not at ${to[partition] ?? ''}: somebody has read since`,
      );
    const bound = bounds.find((one) => String(one.partition) === partition);
    if (bound === undefined || BigInt(offset) < BigInt(bound.low))
      return refuse(
        'out-of-range',
        `${params.topic}/${partition} begins at ${bound?.low ?? 'nothing'}; ${offset} is no longer in the log`,
      );
    moves.push({ partition: Number(partition), from, to: offset });
  }
  return commit(client, params, moves, context);
}

async function commit(client: KafkaClient, params: ResetOffsets, moves: readonly Move[], context: RunContext): Promise<Done> {
  const changed = moves.filter((one) => one.from !== one.to);
  const result: Json = { value: { moves: moves.map((one) => ({ ...one })) } };
  if (changed.length === 0) return { ok: true, changed: false, result };
  await commitOffsets(
    client,
    params,
    changed.map((one) => ({ partition: one.partition, offset: one.to })),
    context,
  );
  const committed = await committedOf(client, params, context.signal);
  const wrong = changed.filter((one) => committed.get(one.partition) !== one.to);
  if (wrong.length === 0) return { ok: true, changed: true, result };
  const [first] = wrong;
  return {
    ok: false,
    wire: 'unknown',
    class: 'validation',
    code: 'not-committed',
    message: `${params.topic}/${String(first?.partition)} is at ${committed.get(first?.partition ?? -1) ?? 'nothing'} instead of ${first?.to ?? ''} after the commit`,
    hint: 'somebody else commits for this group',
  };
}

/** Undefined: nobody is in the group. A member would commit over the new offsets, or be thrown out by our joining. */
async function membersOf(client: KafkaClient, group: string, signal: AbortSignal): Promise<Refusal | undefined> {
  const { groups } = await coordinated(async () => (await client.admin(signal)).describeGroups([group]), signal);
  const [found] = groups;
  if (found === undefined || found.state === 'Dead' || found.state === 'Empty') return undefined;
  const members = found.members.map((one) => `${one.clientId} at ${one.clientHost.replace(/^\//, '')}`);
  return refuse(
    'group-active',
    `the group ${group} has ${String(members.length)} members (${found.state}): ${members.join(', ')}`,
    'stop its consumers first; a running consumer would commit over the new offsets',
  );
}

async function committedOf(client: KafkaClient, params: ResetOffsets, signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
  const admin = await client.admin(signal);
  const commits = await coordinated(() => admin.fetchOffsets({ groupId: params.group, topics: [params.topic] }), signal);
  return new Map((commits[0]?.partitions ?? []).map((one) => [one.partition, one.offset]));
}

async function movesOf(client: KafkaClient, params: ResetOffsets, signal: AbortSignal): Promise<Refusal | readonly Move[]> {
  const bounds = await boundsOf(client, params.topic, signal);
  const known = new Map(bounds.map((one) => [one.partition, one]));
  const wanted = params.partitions ?? [...known.keys()].sort((a, b) => a - b);
  const missing = wanted.filter((one) => !known.has(one));
  if (missing.length > 0) return refuse('no-partition', `${params.topic} has no partition ${missing.join(', ')}`);
  const goal = await goalOf(client, params, signal);
  if ('ok' in goal) return goal;
  const committed = await committedOf(client, params, signal);
  const moves = wanted.map((partition) => {
    const bound = known.get(partition) ?? { low: '0', high: '0' };
    return { partition, from: committed.get(partition) ?? '-1', to: goal.of(partition, bound), ...bound };
  });
  const outside = moves.find((one) => BigInt(one.to) < BigInt(one.low) || BigInt(one.to) > BigInt(one.high));
  if (outside !== undefined) {
    const place = `${params.topic}/${String(outside.partition)}`;
    return refuse('out-of-range', `${place} has the offsets ${outside.low} to ${outside.high}, not ${outside.to}`);
  }
  return moves.map(({ partition, from, to }) => ({ partition, from, to }));
}

interface Goal {
  of(partition: number, bound: { readonly low: string; readonly high: string }): string;
}

async function goalOf(client: KafkaClient, params: ResetOffsets, signal: AbortSignal): Promise<Refusal | Goal> {
  if (params.offset !== undefined) {
    const offset = String(params.offset);
    if (!/^[0-9]+$/.test(offset)) return refuse('offset', `${offset} is not an offset`, 'a number from 0');
    return { of: () => offset };
  }
  if (params.timestamp !== undefined) {
    const at = parseTimestamp(params.timestamp)?.ms;
    if (at === undefined) return refuse('timestamp', `${params.timestamp} is not a timestamp`, timestampHint);
    const admin = await client.admin(signal);
    const found = await within(admin.fetchTopicOffsetsByTimestamp(params.topic, at), signal);
    return { of: (partition, bound) => found.find((one) => one.partition === partition)?.offset ?? bound.high };
  }
  if (params.to === 'earliest') return { of: (_, bound) => bound.low };
  return { of: (_, bound) => bound.high };
}
