/** What becomes of a message: decoded, ordered, kept for replay and sent to the clients; or written to the DLQ. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Affliction } from '../affliction.ts';
import type { ErrorType, Message } from '../message.ts';
import { decode } from '../message.ts';
import type { ServiceLog } from '../service-log.ts';
import type { ServerSettings } from '../settings.ts';
import { serverSchema } from '../settings.ts';
import type { Received } from './consumer.ts';
import type { Dlq } from './dlq.ts';
import type { Hub } from './hub.ts';
import type { Metrics } from './metrics.ts';
import type { Replay, Stored } from './replay.ts';
import type { Traces } from './traces.ts';
import type { SequenceValidator } from './validator.ts';

export interface PipelineParts {
  readonly settings: ServerSettings;
  readonly sessionStart: number;
  readonly affliction: () => Affliction;
  readonly metrics: Metrics;
  readonly validator: SequenceValidator;
  readonly dlq: Dlq;
  readonly hub: Hub;
  readonly replay: Replay;
  readonly traces: Traces;
  readonly log: ServiceLog;
}

export interface Pipeline {
  readonly handle: (received: Received) => Promise<void>;
  /** Hands what has been gathered to the replay buffer. */
  readonly flush: () => void;
  /** Counts the gaps that are certain by now. */
  readonly settleGaps: () => void;
}

const tracedEveryMs = 1000;

export function createPipeline(parts: PipelineParts): Pipeline {
  const { settings, metrics, validator, dlq, hub, replay, traces, log } = parts;
  const gathered: Stored[] = [];
  let tracedAt = 0;
  const refuse = async ({ partition, offset }: Received, type: ErrorType, error: string, original: unknown): Promise<void> => {
    const { undecodableMs } = parts.affliction();
    if (undecodableMs > 0) await sleep(undecodableMs);
    metrics.add('websocket_kafka_messages_total', 1, 'error');
    metrics.add('websocket_decode_errors_total', 1, type);
    if (type === 'oversized') metrics.add('websocket_oversized_messages_total', 1);
    log('ERROR', `decode error at partition ${String(partition)} offset ${offset}: ${type}: ${error}`);
    const tags = [
      { key: 'error', value: 'true' },
      { key: 'error_type', value: type },
    ] as const;
    const trace_id = traces.span('decode', 1, tags);
    const thread_id = threadOf(original);
    const timestamp = new Date().toISOString();
    dlq.send({
      error_type: type,
      error,
      partition,
      offset: Number(offset),
      thread_id,
      trace_id,
      timestamp,
      original_message: original,
    });
  };
  const pass = (message: Message, { partition, offset, value }: Received): void => {
    const now = Date.now();
    const order = validator.observe(message, { partition, offset }, now);
    if (order === 'halted') return;
    if (order === 'duplicate') {
      if (settings.deduplicate) return;
      metrics.add('dashstream_sequence_duplicates_total', 1);
    }
    if (order === 'reordered') metrics.add('dashstream_sequence_reorders_total', 1);
    const text = value.toString();
    hub.broadcast(text);
    metrics.add('websocket_thread_messages_total', 1, message.thread_id);
    metrics.latency(now - message.timestamp);
    gathered.push({ partition, offset, thread: message.thread_id, sequence: message.sequence, text });
    if (now - tracedAt < tracedEveryMs) return;
    tracedAt = now;
    traces.span('broadcast', now - message.timestamp, [{ key: 'thread_id', value: message.thread_id }]);
  };
  return {
    handle: async (received) => {
      const decoded = decode(received.value, settings.max_message_bytes);
      if (decoded.is === 'error') {
        await refuse(received, decoded.type, decoded.error, decoded.original);
        return;
      }
      const { message } = decoded;
      if (settings.skip_before_session_start && message.timestamp < parts.sessionStart) {
        metrics.add('websocket_kafka_messages_total', 1, 'skipped');
        return;
      }
      if (!isCompatible(message.schema_version, settings)) {
        const error = `schema version ${String(message.schema_version)}, expected ${String(serverSchema.version)}`;
        await refuse(received, 'schema_mismatch', error, message);
        return;
      }
      metrics.add('websocket_kafka_messages_total', 1, 'success');
      pass(message, received);
    },
    flush: () => {
      if (gathered.length > 0) replay.store(gathered.splice(0));
    },
    settleGaps: () => {
      for (const { thread, expected, got, count, place } of validator.gaps(Date.now())) {
        if (settings.gap_policy !== 'continue') metrics.add('dashstream_sequence_gaps_total', count);
        const words = `expected ${String(expected)}, got ${String(got)}, partition ${String(place.partition)}, offset ${place.offset}`;
        if (settings.gap_policy === 'halt') log('ERROR', `❌ HALTED thread ${thread} due to gap: ${words}`);
        else log('WARN', `sequence gap in ${thread}: ${words}`);
        traces.span('validate', 1, [
          { key: 'sequence_gap', value: count },
          { key: 'thread_id', value: thread },
        ]);
      }
    },
  };
}

const isCompatible = (version: number, { schema_compatibility: policy }: ServerSettings): boolean =>
  policy === 'backward' ? version <= serverSchema.version : version === serverSchema.version;

const threadOf = (original: unknown): string => {
  const thread = typeof original === 'object' && original !== null && 'thread_id' in original ? original.thread_id : undefined;
  return typeof thread === 'string' ? thread : 'unknown';
};
