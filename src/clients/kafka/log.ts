/** Reads the log of a topic: what a consumer that waits for commits could read, without a consumer group. */
import { offsetsIn, patiently } from './bounds.ts';
import type { KafkaClient } from './client.ts';
import { within } from './client.ts';
import type { Cluster, FetchedPartition } from './cluster.ts';
import { readCommitted } from './cluster.ts';
import { answerBytes, UnpackedTooLarge, withinBudget } from './compression/budget.ts';
import { committedIn } from './transactions.ts';

export interface Tailed {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  /** Null: a tombstone. */
  readonly value: Buffer | null;
  /** Milliseconds since 1970. */
  readonly timestamp: string;
}

export interface OffsetSpan {
  readonly partition: number;
  readonly from: bigint;
  /** First offset not to read. */
  readonly to: bigint;
}

export interface Log {
  /** All that can be read now: `to` is the last stable offset, where the first open transaction begins, or the end. In the order of partitions. */
  readonly spans: readonly OffsetSpan[];
  /** The records of a span in order. Offsets without a record (compacted, deleted, aborted, ends of transactions) are passed over. */
  read(span: OffsetSpan): Promise<readonly Tailed[]>;
  /** Likewise, but only the last `count` of them, looking at no more than `scan` offsets from the end back. */
  readLast(span: OffsetSpan, count: number, scan: number): Promise<Last>;
}

export interface Last {
  readonly records: readonly Tailed[];
  /** False: there may be older records that were not looked at. */
  readonly complete: boolean;
}

const fetchBytes = 1_048_576;
/** A broker sends at least one batch, however few bytes are asked for. */
const oneBatch = 1;
const firstWindow = 16n;
const windowGrowth = 8n;

/** `answerMs`: the longest wait for one answer of a broker. Throws when there is no such topic. */
export async function openLog(client: KafkaClient, topic: string, signal: AbortSignal, answerMs?: number): Promise<Log> {
  const cluster = await client.cluster(signal);
  await within(cluster.addTargetTopic(topic), signal);
  const limit = (): AbortSignal => (answerMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(answerMs)]));
  const read = async (span: OffsetSpan): Promise<readonly Tailed[]> => {
    const records: Tailed[] = [];
    let at = span.from;
    while (at < span.to) {
      const from = at;
      const place = { topic, partition: span.partition, from };
      const fetched = await patiently(cluster, signal, () => fetchFrom(cluster, place, limit()));
      const next = nextAfter(fetched);
      // Nothing but empty batches is left of a compacted log.
      if (next === undefined) break;
      records.push(...recordsOf(fetched, { ...span, from }));
      at = next > from ? next : from + 1n;
    }
    return records;
  };
  const readLast = async ({ partition, from: first, to: end }: OffsetSpan, count: number, scan: number): Promise<Last> => {
    const lowest = end - BigInt(scan) > first ? end - BigInt(scan) : first;
    let [records, to, window]: [readonly Tailed[], bigint, bigint] = [[], end, firstWindow];
    if (BigInt(count) > window) window = BigInt(count);
    while (records.length < count && to > lowest) {
      const from = to - window > lowest ? to - window : lowest;
      records = [...(await read({ partition, from, to })), ...records];
      [to, window] = [from, window * windowGrowth];
    }
    return { records: records.slice(-count), complete: records.length >= count || to === first };
  };
  return { spans: await patiently(cluster, signal, () => spansOf(cluster, topic, limit())), read, readLast };
}

async function spansOf(cluster: Cluster, topic: string, signal: AbortSignal): Promise<readonly OffsetSpan[]> {
  const bounds = await offsetsIn(cluster, topic, readCommitted, signal);
  return bounds.map(({ partition, low, high }) => ({ partition, from: BigInt(low), to: BigInt(high) }));
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
}

/** Batches that are too large together, once they are unpacked, are read one by one. */
async function fetchFrom(cluster: Cluster, place: Place, signal: AbortSignal): Promise<FetchedPartition | undefined> {
  try {
    return await fetchBatches(cluster, place, fetchBytes, signal);
  } catch (problem) {
    if (!(problem instanceof UnpackedTooLarge)) throw problem;
  }
  return fetchBatches(cluster, place, oneBatch, signal).catch((problem: unknown) => {
    if (!(problem instanceof UnpackedTooLarge)) throw problem;
    const where = `${place.topic}/${String(place.partition)} at offset ${place.from.toString()}`;
    throw new UnpackedTooLarge(`the compressed batch of ${where} holds more than ${String(answerBytes / 1_048_576)} MiB`);
  });
}

async function fetchBatches(
  cluster: Cluster,
  { topic, partition, from }: Place,
  maxBytes: number,
  signal: AbortSignal,
): Promise<FetchedPartition | undefined> {
  const [leader = '-1'] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  const broker = await within(cluster.findBroker({ nodeId: leader }), signal);
  const partitions = [{ partition, fetchOffset: from.toString(), maxBytes }];
  const request = { isolationLevel: readCommitted, maxWaitTime: 0, minBytes: 0, maxBytes };
  const fetched = withinBudget(() => broker.fetch({ ...request, topics: [{ topic, partitions }] }));
  const { responses } = await within(fetched, signal);
  return responses[0]?.partitions[0];
}

/** First offset behind the batches that came; undefined: nothing came. */
function nextAfter(fetched: FetchedPartition | undefined): bigint | undefined {
  const last = fetched?.messages.at(-1);
  if (last === undefined) return undefined;
  const batch = last.batchContext;
  const end = batch === undefined ? 0n : BigInt(batch.firstOffset) + BigInt(batch.lastOffsetDelta);
  return (end > BigInt(last.offset) ? end : BigInt(last.offset)) + 1n;
}

const recordsOf = (fetched: FetchedPartition | undefined, { partition, from, to }: OffsetSpan): readonly Tailed[] =>
  committedIn(fetched?.messages ?? [], fetched?.abortedTransactions ?? [])
    .map(({ offset, key, value, timestamp }) => ({ partition, offset: BigInt(offset), key, value, timestamp }))
    .filter(({ offset }) => offset >= from && offset < to);
