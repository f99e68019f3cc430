/** Reads the main topic as a consumer group and commits whatever becomes of a message; tries again for as long as the broker is away. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload, Kafka } from 'kafkajs';
import type { Member } from '../../../services/consumer.ts';
import { joinGroup } from '../../../services/consumer.ts';
import type { Affliction } from '../affliction.ts';
import { isPoison } from '../message.ts';
import type { ServiceLog } from '../service-log.ts';
import type { ServerSettings } from '../settings.ts';
import type { LagWatch } from './lag.ts';
import type { Metrics } from './metrics.ts';

export interface Received {
  readonly partition: number;
  readonly offset: string;
  readonly value: Buffer;
}

export interface ReaderParts {
  readonly kafka: Kafka;
  readonly settings: ServerSettings;
  readonly affliction: () => Affliction;
  readonly lag: LagWatch;
  readonly metrics: Metrics;
  readonly log: ServiceLog;
  /** Deals with one message. */
  readonly handle: (message: Received) => Promise<void>;
  /** Called after each batch. */
  readonly afterBatch: () => void;
}

const heartbeatEvery = 500;
/** While the group rebalances every n-th message is lost. */
const rebalanceLosesEvery = 25;

export function startReader(parts: ReaderParts): Member {
  const { kafka, settings, log, metrics } = parts;
  let isStopped = false;
  const isGoing = (batch: EachBatchPayload): boolean => !isStopped && batch.isRunning() && !batch.isStale();
  const member = joinGroup({
    kafka,
    group: { groupId: settings.kafka_group_id, maxWaitTimeInMs: 300, metadataMaxAge: 2000 },
    topics: async () => [settings.kafka_topic],
    fromBeginning: settings.kafka_auto_offset_reset === 'earliest',
    run: { eachBatchAutoResolve: false, eachBatch: (batch) => read(batch, parts, () => isGoing(batch)) },
    joined: (assignment) => {
      log('INFO', `joined group ${settings.kafka_group_id} with ${JSON.stringify(assignment)}`);
    },
    lost: (how, problem) => {
      metrics.add('websocket_infrastructure_errors_total', 1, how === 'crashed' ? 'consumer' : 'connection');
      log('ERROR', `consumer: ${problem.message}`);
    },
  });
  return {
    stop: () => {
      isStopped = true;
      return member.stop();
    },
  };
}

async function read(payload: EachBatchPayload, parts: ReaderParts, isGoing: () => boolean): Promise<void> {
  const { batch } = payload;
  const { affliction, lag, handle, log } = parts;
  const trouble = affliction().untilRestart;
  while (trouble.standsStill === true && isGoing()) {
    await payload.heartbeat();
    await sleep(100);
  }
  if (trouble.batchMs !== undefined) await sleep(trouble.batchMs);
  for (const [index, { offset, value }] of batch.messages.entries()) {
    if (!isGoing()) break;
    const received = { partition: batch.partition, offset, value: value ?? Buffer.alloc(0) };
    if (isPoison(received.value)) await stuck(received, parts, payload, isGoing);
    if (!isGoing()) break;
    const isLost = trouble.rebalances === true && Number(offset) % rebalanceLosesEvery === 0;
    if (!isLost) await handle(received);
    payload.resolveOffset(offset);
    lag.moved(batch.partition, Number(offset) + 1);
    if (index % heartbeatEvery === heartbeatEvery - 1) await payload.heartbeat();
  }
  if (trouble.rebalances === true)
    log('WARN', `group ${parts.settings.kafka_group_id}: rebalance in progress, partitions revoked`);
  parts.afterBatch();
  await payload.heartbeat();
}

/** Tries the same record again until somebody stops the server. */
async function stuck(
  record: Received,
  { metrics, log }: ReaderParts,
  payload: EachBatchPayload,
  isGoing: () => boolean,
): Promise<void> {
  while (isGoing()) {
    metrics.add('websocket_infrastructure_errors_total', 1, 'corrupt_record');
    log('ERROR', `cannot read partition ${String(record.partition)} offset ${record.offset}: the checksum of the batch is wrong`);
    await payload.commitOffsetsIfNecessary();
    await payload.heartbeat();
    await sleep(300);
  }
}
