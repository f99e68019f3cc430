/**
 * The driver's own view of the cluster, which answers single requests. Its consumer is not a substitute: it joins a group, never tells that nothing
 * is left to read, and hands out records of aborted transactions when it begins in the middle of several. The driver keeps this view private, so
 * its version is pinned exactly and the tests of this folder fail when it changes.
 */
import type { Kafka } from 'kafkajs';

/** One record as it is in the log, control records and aborted ones included. */
export interface LogRecord {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Milliseconds since 1970. */
  readonly timestamp: string;
  /** The end of a transaction, which is not a record of the application. */
  readonly isControlRecord: boolean;
  /** Absent in the formats before Kafka 0.11. */
  readonly batchContext?: {
    readonly firstOffset: string;
    readonly lastOffsetDelta: number;
    readonly producerId: string;
    readonly inTransaction: boolean;
  };
}

export interface Aborted {
  readonly producerId: string;
  readonly firstOffset: string;
}

export interface FetchedPartition {
  readonly abortedTransactions?: readonly Aborted[] | null;
  readonly messages: readonly LogRecord[];
}

interface FetchRequest {
  readonly isolationLevel: number;
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string; readonly maxBytes: number }[];
  }[];
}

interface OffsetsRequest {
  readonly isolationLevel: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly timestamp: string }[];
  }[];
}

interface Broker {
  fetch(request: FetchRequest): Promise<{ readonly responses: readonly FetchedTopic[] }>;
  listOffsets(request: OffsetsRequest): Promise<{
    readonly responses: readonly { readonly partitions: readonly { readonly partition: number; readonly offset: string }[] }[];
  }>;
}

export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** Throws when there is no such topic. */
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
  /** Number of the leader -> its partitions. */
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, readonly number[]>>;
  findBroker(broker: { readonly nodeId: string }): Promise<Broker>;
}

interface FetchedTopic {
  readonly partitions: readonly FetchedPartition[];
}

/** Of transactions only what was committed, up to the first one that is still open. */
export const readCommitted = 1;
/** Everything up to the high watermark. */
export const readUncommitted = 0;
const metadataMaxAgeMs = 300_000;

export function clusterOf(kafka: Kafka): Cluster {
  const hidden = Object.getOwnPropertySymbols(kafka).find((one) => one.description === 'private:Kafka:createCluster');
  const create = hidden && (kafka as unknown as Readonly<Record<symbol, (options: object) => Cluster>>)[hidden];
  if (create === undefined) throw new Error('This version of kafkajs has no createCluster; runbook needs 2.2.4');
  return create({ allowAutoTopicCreation: false, metadataMaxAge: metadataMaxAgeMs, isolationLevel: readCommitted });
}
