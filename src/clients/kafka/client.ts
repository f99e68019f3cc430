/** kafkajs behind a port of our own: no retries, a deadline around each call, a metadata reply before anything counts as connected (M7). */
import type { Admin, Kafka, Producer } from 'kafkajs';
import type { Cluster } from './cluster.ts';
import { clusterOf } from './cluster.ts';
import { registerCodecs } from './compression/codecs.ts';
import type { Shape } from './failure.ts';
import { DeadlineError, failureOf } from './failure.ts';
import { makeSockets } from './sockets.ts';
import type { KafkaTarget } from './target.ts';

/** Of one step: what it remembers of the cluster, and its connections, end with the step. */
export interface KafkaClient {
  /** For a consumer that commits: finding a coordinator that is still being made may be repeated, unlike everything else. `cut` ends its connections. */
  reader(): Wire;
  admin(signal: AbortSignal): Promise<Admin>;
  producer(signal: AbortSignal): Promise<Producer>;
  /** For reading records. */
  cluster(signal: AbortSignal): Promise<Cluster>;
  /** Afterwards nothing leaves any more, whatever the driver still wants to send. */
  close(): Promise<void>;
}

export interface Wire {
  readonly kafka: Kafka;
  cut(): void;
}

interface Held<C> {
  readonly made: Promise<C>;
  leave(): Promise<void>;
}

const requestMs = 8000;
const connectMs = 3000;
/** For one broker while others are left: a frozen one accepts connections and answers nothing. */
const seedMs = 3000;
const closeMs = 500;

export async function openKafka(target: KafkaTarget): Promise<KafkaClient> {
  process.env['KAFKAJS_NO_PARTITIONER_WARNING'] = '1';
  const driver = await import('kafkajs');
  registerCodecs(driver);
  const { Kafka, logLevel } = driver;
  /** The broker that answered; asked first from then on. */
  let first = 0;
  const wire = (retry: { readonly retries: number; readonly maxRetryTime: number }, seed = first): Wire => {
    // Consumers ask for their own topic only, and wait by themselves until it has leaders.
    const sockets = makeSockets(retry.retries === 0);
    const kafka = new Kafka({
      brokers: [...target.brokers.slice(seed), ...target.brokers.slice(0, seed)],
      clientId: target.clientId ?? 'runbook',
      logLevel: logLevel.NOTHING,
      connectionTimeout: connectMs,
      requestTimeout: requestMs,
      retry: { ...retry, initialRetryTime: 50 },
      socketFactory: sockets.factory,
      ...security(target),
    });
    return {
      kafka,
      cut: () => {
        sockets.cut();
      },
    };
  };
  const hold = <C extends Ending>(connect: (kafka: Kafka) => Promise<C>): Held<C> => {
    let now: Wire | undefined;
    let isLeft = false;
    // Without retries the driver asks one broker only; before a step has begun the next one may be asked safely.
    const attempt = async (seed: number, left: number): Promise<C> => {
      const own = (now = wire({ retries: 0, maxRetryTime: 200 }, seed % target.brokers.length));
      try {
        const made = await (left === 0 ? connect(own.kafka) : within(connect(own.kafka), AbortSignal.timeout(seedMs)));
        first = seed % target.brokers.length;
        return made;
      } catch (problem) {
        own.cut();
        if (isLeft || left === 0 || !/^(connection|timeout)$/.test(failureOf(problem, '', false).class)) throw problem;
        return attempt(seed + 1, left - 1);
      }
    };
    const made = attempt(first, target.brokers.length - 1);
    // Whoever waits for it hears of it.
    made.catch(() => undefined);
    const leave = async (): Promise<void> => {
      isLeft = true;
      await hangUp(made);
      now?.cut();
    };
    return { made, leave };
  };
  let admin: Held<Admin> | undefined;
  let producer: Held<Producer> | undefined;
  let cluster: Held<Cluster> | undefined;
  return {
    reader: () => wire({ retries: 10, maxRetryTime: 400 }),
    admin: (signal) => {
      admin ??= hold(connectAdmin);
      return within(admin.made, signal);
    },
    producer: (signal) => {
      producer ??= hold(connectProducer);
      return within(producer.made, signal);
    },
    cluster: (signal) => {
      cluster ??= hold(connectCluster);
      return within(cluster.made, signal);
    },
    close: async () => {
      await Promise.all([admin?.leave(), producer?.leave(), cluster?.leave()]);
    },
  };
}

type Ending = Pick<Admin, 'disconnect'>;

/** A client that waits for a broker that answers nothing cannot be cancelled; nobody waits long for it. Throws nothing. */
async function hangUp(made: Promise<Ending>): Promise<void> {
  const ended = made.then((one) => one.disconnect()).catch(() => undefined);
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, closeMs).unref())]);
}

/** What the driver wants of TLS and SASL; a copy for each client, since it writes into it. */
function security({ sasl, tls }: KafkaTarget): Pick<ConstructorParameters<typeof Kafka>[0], 'ssl' | 'sasl'> {
  const ssl = tls && {
    // Said, so that no variable of the environment turns it off.
    rejectUnauthorized: true,
    ...(tls.ca === undefined ? {} : { ca: [tls.ca] }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
  // The driver's type has a case for each mechanism, and cannot tell which of them a variable is.
  const secured = sasl && ({ ...sasl } as { mechanism: 'plain'; username: string; password: string });
  return { ...(ssl === undefined ? {} : { ssl }), ...(secured === undefined ? {} : { sasl: secured }) };
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

async function connectCluster(kafka: Kafka): Promise<Cluster> {
  const cluster = clusterOf(kafka);
  await cluster.connect();
  return cluster;
}

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
      await pause(coordinatorPauseMs, signal);
    }
  }
}

export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  within(new Promise((resolve) => setTimeout(resolve, ms)), signal);

/** The coordinator is being made, or reads what it has to know of its groups: the next question is answered. */
function isComingUp(problem: Shape): boolean {
  if (problem.name === 'KafkaJSGroupCoordinatorNotFound') return true;
  const type = problem.type ?? problem.cause?.type ?? '';
  return type === 'GROUP_LOAD_IN_PROGRESS' || type === 'GROUP_COORDINATOR_NOT_AVAILABLE' || type === 'NOT_COORDINATOR_FOR_GROUP';
}

const coordinatorTries = 30;
const coordinatorPauseMs = 100;
