/** kafkajs behind a port of our own: no retries, a deadline around each call, a metadata reply before anything counts as connected (M7). */
import type { Admin, Kafka, Producer } from 'kafkajs';
import type { FaultClass } from '../../interpreter/core/value.ts';

export interface KafkaFailure {
  readonly ok: false;
  readonly wire: 'notStarted' | 'refused' | 'unknown';
  readonly class: FaultClass;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface KafkaTarget {
  readonly brokers: readonly string[];
  readonly clientId?: string;
}

export interface KafkaClient {
  /** For reading records only: finding a coordinator that is still being made may be repeated, unlike everything else. */
  readonly reader: Kafka;
  admin(signal: AbortSignal): Promise<Admin>;
  producer(signal: AbortSignal): Promise<Producer>;
  close(): Promise<void>;
}

const requestMs = 8000;
const connectMs = 3000;
const closeMs = 500;

const knownKeys: ReadonlySet<string> = new Set(['brokers', 'clientId']);

export async function openKafka(target: KafkaTarget): Promise<KafkaClient> {
  // A password or TLS that was ignored would be a connection in the clear.
  const unknown = Object.keys(target).filter((key) => !knownKeys.has(key));
  if (unknown.length > 0) throw new Error(`the kafka target has ${unknown.join(', ')}, which this version does not know`);
  process.env['KAFKAJS_NO_PARTITIONER_WARNING'] = '1';
  const { Kafka, logLevel } = await import('kafkajs');
  const settings = {
    brokers: [...target.brokers],
    clientId: target.clientId ?? 'runbook',
    logLevel: logLevel.NOTHING,
    connectionTimeout: connectMs,
    requestTimeout: requestMs,
  };
  const kafka = new Kafka({ ...settings, retry: { retries: 0, initialRetryTime: 50, maxRetryTime: 200 } });
  const reader = new Kafka({ ...settings, retry: { retries: 10, initialRetryTime: 50, maxRetryTime: 400 } });
  let admin: Promise<Admin> | undefined;
  let producer: Promise<Producer> | undefined;
  return {
    reader,
    admin: (signal) => {
      admin ??= connectAdmin(kafka);
      admin.catch(() => (admin = undefined));
      return within(admin, signal);
    },
    producer: (signal) => {
      producer ??= connectProducer(kafka);
      producer.catch(() => (producer = undefined));
      return within(producer, signal);
    },
    close: async () => {
      const ended = Promise.allSettled([admin?.then((one) => one.disconnect()), producer?.then((one) => one.disconnect())]);
      // A client that waits for a broker that answers nothing cannot be cancelled; nobody waits for it.
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, closeMs).unref())]);
    },
  };
}

/** A resolved connect proves nothing: a reply does. */
async function connectAdmin(kafka: Kafka): Promise<Admin> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.describeCluster();
  return admin;
}

async function connectProducer(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } });
  await producer.connect();
  return producer;
}

export class DeadlineError extends Error {}

export function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new DeadlineError('no answer from Kafka in time'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}

/** On a fresh cluster the first question about a group makes its coordinator; until it is there the answer is "not found", then "loading". */
export async function coordinated<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await within(work(), signal);
    } catch (problem) {
      if (tries >= coordinatorTries || !isComingUp(problem as Shape)) throw problem;
      await within(new Promise((resolve) => setTimeout(resolve, coordinatorPauseMs)), signal);
    }
  }
}

/** The coordinator is being made, or reads what it has to know of its groups: the next question is answered. */
function isComingUp(problem: Shape): boolean {
  if (problem.name === 'KafkaJSGroupCoordinatorNotFound') return true;
  const type = problem.type ?? problem.cause?.type ?? '';
  return type === 'GROUP_LOAD_IN_PROGRESS' || type === 'GROUP_COORDINATOR_NOT_AVAILABLE' || type === 'NOT_COORDINATOR_FOR_GROUP';
}

const coordinatorTries = 30;
const coordinatorPauseMs = 100;

interface Shape {
  readonly name?: string;
  readonly message?: string;
  readonly type?: string;
  readonly code?: string | number;
  readonly cause?: Shape | null;
  readonly errors?: readonly Shape[];
  readonly groups?: readonly { readonly error?: Shape }[];
  readonly originalError?: Shape;
}

/** Collections of errors tell nothing themselves: the first of what they hold does. */
const insideOf = (one: Shape): Shape | undefined => one.cause ?? one.errors?.[0] ?? one.groups?.[0]?.error ?? undefined;

/** kafkajs' errors in our classes (kafka-and-servers 3); the deepest cause tells most. */
export function failureOf(problem: unknown, brokers: readonly string[], sent: boolean): KafkaFailure {
  let deepest = problem as Shape;
  for (let inner = insideOf(deepest); inner !== undefined; inner = insideOf(inner)) deepest = inner;
  const name = deepest.name ?? '';
  const message = `${brokers.join(',')}: ${deepest.message ?? String(problem)}`;
  const base = { ok: false, message } as const;
  if (problem instanceof DeadlineError || name === 'KafkaJSRequestTimeoutError')
    return { ...base, wire: sent ? 'unknown' : 'notStarted', class: 'timeout', code: 'timeout' };
  if (
    name === 'KafkaJSConnectionError' ||
    name === 'KafkaJSConnectionClosedError' ||
    name === 'KafkaJSBrokerNotFound' ||
    /not connected/.test(message)
  ) {
    return { ...base, wire: sent ? 'unknown' : 'notStarted', class: 'connection', code: String(deepest.code ?? 'connection') };
  }
  if (/SASL/i.test(name) || /SASL|AUTH/.test(deepest.type ?? ''))
    return { ...base, wire: 'refused', class: 'auth', code: deepest.type ?? 'sasl' };
  const type = deepest.type ?? '';
  // The broker has taken the request and cannot say how it ended.
  const doubtful =
    sent && /^(REQUEST_TIMED_OUT|NOT_ENOUGH_REPLICAS_AFTER_APPEND|NETWORK_EXCEPTION|KAFKA_STORAGE_ERROR|UNKNOWN)$/.test(type);
  const moved = /^(NOT_CONTROLLER|NOT_COORDINATOR|NOT_LEADER|LEADER_NOT_AVAILABLE)/.test(type);
  return {
    ...base,
    wire: doubtful ? 'unknown' : 'refused',
    class: doubtful || moved ? 'connection' : 'validation',
    code: type === '' ? (name === '' ? 'kafka' : name) : type,
  };
}
