/** Where the records of a partition end that somebody can still read: marks of transactions, aborted and compacted records leave offsets behind it. */
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { DamagedRecords } from '../../clients/kafka/compression/back-reference.ts';
import { UnpackedTooLarge } from '../../clients/kafka/compression/budget.ts';
import { deepestOf } from '../../clients/kafka/failure.ts';
import type { Log } from '../../clients/kafka/log.ts';
import { openLog } from '../../clients/kafka/log.ts';

export interface Stretch {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  /** First offset not to look at; the high watermark. */
  readonly end: bigint;
}

/** Offsets from the end that are looked at; beyond that the stretch counts as a whole. */
const mostScan = 10_000;

export const partitionKey = ({ topic, partition }: { readonly topic: string; readonly partition: number }): string =>
  `${topic}/${String(partition)}`;

/** `topic/partition` -> the offset behind its last record, or `from` where there is none. What cannot be known is left out: its end counts. */
export async function readableEnds(
  client: KafkaClient,
  stretches: readonly Stretch[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, bigint>> {
  const ends = new Map<string, bigint>();
  for (const topic of new Set(stretches.map((one) => one.topic))) {
    const own = stretches.filter((one) => one.topic === topic);
    try {
      const log = await openLog(client, topic, signal);
      const found = await Promise.all(own.map((one) => readableEnd(log, one)));
      found.forEach((end, i) => own[i] !== undefined && end !== undefined && ends.set(partitionKey(own[i]), end));
    } catch (problem) {
      if (!isClosed(problem)) throw problem;
    }
  }
  return ends;
}

async function readableEnd(log: Log, { partition, from, end }: Stretch): Promise<bigint | undefined> {
  const span = log.spans.find((one) => one.partition === partition);
  // What an open transaction holds back will be read, or not: nobody knows yet.
  if (span === undefined || span.to < end) return undefined;
  const { records, complete } = await log.readLast({ partition, from, to: end }, 1, mostScan);
  const last = records.at(-1);
  if (last === undefined) return complete ? from : undefined;
  return last.offset + 1n;
}

/** This user may see how long the log is, and not what is in it. */
const isClosed = (problem: unknown): boolean =>
  problem instanceof UnpackedTooLarge ||
  problem instanceof DamagedRecords ||
  deepestOf(problem).type === 'TOPIC_AUTHORIZATION_FAILED';
