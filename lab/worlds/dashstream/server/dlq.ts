/** Writes what could not be decoded to the DLQ: beside the consumer, bounded, and without holding it up (fail-open). */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka, Message } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import type { Affliction } from '../affliction.ts';
import type { ErrorType } from '../message.ts';
import { timeScale } from '../names.ts';
import type { ServiceLog } from '../service-log.ts';
import type { ServerSettings } from '../settings.ts';
import type { Metrics } from './metrics.ts';

export interface DlqRecord {
  readonly error_type: ErrorType;
  readonly error: string;
  readonly partition: number;
  readonly offset: number;
  readonly thread_id: string;
  readonly trace_id: string;
  readonly timestamp: string;
  readonly original_message: unknown;
}

export interface DlqHealth {
  readonly status: 'healthy' | 'failing';
  readonly in_flight: number;
  /** Since the start. */
  readonly failures: number;
  readonly last_error: string | null;
  readonly last_success_at: string | null;
}

export interface Dlq {
  /** Returns at once; nobody waits for the write. */
  send(record: DlqRecord): void;
  health(): DlqHealth;
  close(): Promise<void>;
}

export interface DlqParts {
  readonly kafka: Kafka;
  readonly settings: ServerSettings;
  readonly affliction: () => Affliction;
  readonly metrics: Metrics;
  readonly log: ServiceLog;
}

/** Milliseconds. */
const gatherMs = 50;

type Outcome = 'written' | 'timeout' | 'kafka_error';

export function createDlq({ kafka, settings, affliction, metrics, log }: DlqParts): Dlq {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
  const timeoutMs = (settings.dlq_send_timeout_secs * 1000) / timeScale.dlqTimeout;
  let connected: Promise<void> | undefined;
  let gathering: { readonly messages: Message[]; readonly sent: Promise<void> } | undefined;
  let inFlight = 0;
  let lastError: string | null = null;
  let lastSuccessAt: string | null = null;

  /** One request for all that come within a moment. */
  const together = (message: Message): Promise<void> => {
    gathering ??= { messages: [], sent: sleep(gatherMs).then(() => sendGathered()) };
    gathering.messages.push(message);
    return gathering.sent;
  };
  const sendGathered = async (): Promise<void> => {
    const messages = gathering?.messages ?? [];
    gathering = undefined;
    connected ??= producer.connect();
    await connected;
    await producer.send({ topic: settings.kafka_dlq_topic, acks: 1, messages });
  };
  const write = async (record: DlqRecord): Promise<Outcome> => {
    if (affliction().untilRestart.dlqLost === true) await sleep(timeoutMs);
    if (affliction().dlqMs > 0) await sleep(affliction().dlqMs);
    await together({ key: record.thread_id, value: JSON.stringify(record) });
    return 'written';
  };
  const failed = (reason: string, why: string): void => {
    metrics.add('websocket_dlq_send_failures_total', 1, reason);
    lastError = why;
    log('ERROR', `DLQ send failed, reason=${reason}: ${why}`);
  };
  const settle = async (record: DlqRecord): Promise<void> => {
    inFlight += 1;
    try {
      const outcome = await Promise.race([write(record), sleep(timeoutMs).then((): Outcome => 'timeout')]);
      if (outcome === 'timeout') failed('timeout', `no answer of the DLQ producer within ${String(timeoutMs)} ms`);
      else {
        metrics.add('websocket_dlq_sends_total', 1, record.error_type);
        lastSuccessAt = new Date().toISOString();
        lastError = null;
      }
    } catch (problem) {
      connected = undefined;
      failed('kafka_error', (problem as Error).message);
    } finally {
      inFlight -= 1;
    }
  };
  return {
    send: (record) => {
      if (inFlight < settings.max_concurrent_dlq_sends) {
        void settle(record);
        return;
      }
      // the library counts the same drop under its own name
      metrics.add('dashstream_dlq_dropped_total', 1, 'websocket-server');
      failed('backpressure', `${String(inFlight)} sends are under way`);
    },
    health: () => ({
      status: lastError === null ? 'healthy' : 'failing',
      in_flight: inFlight,
      failures: metrics.total('websocket_dlq_send_failures_total'),
      last_error: lastError,
      last_success_at: lastSuccessAt,
    }),
    close: () => producer.disconnect(),
  };
}
