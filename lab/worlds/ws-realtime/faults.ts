/** What can be broken, and how. Each begins from a healthy world. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../world.ts';
import { crowdBuffer, crowdSize, secrets, smallCapacity, stuckSeconds } from './settings.ts';
import type { System } from './system.ts';
import { restart } from './system.ts';

interface Injection extends Fault {
  readonly inject: (system: System) => Promise<void> | void;
}

export const faults = {
  'small-buffer': {
    title: 'the buffer of a client holds 4 messages: every burst cuts off a slow client',
    inject: async (system) => {
      await configured(system, 'WS_CLIENT_BUFFER', '4');
      system.crowd.set(1);
      await violated(system);
    },
  },
  overload: {
    title: 'more clients than one replica can serve',
    inject: async (system) => {
      await configured(system, 'WS_CLIENT_BUFFER', String(crowdBuffer));
      system.afflict({ capacity: smallCapacity });
      system.crowd.set(crowdSize);
      await violated(system);
    },
  },
  'wrong-secret': {
    title: 'the service checks tokens with another secret than the one they are signed with',
    inject: (system) => withSecret(system, secrets.wrong),
  },
  'leaked-secret': {
    title: 'strangers know the secret that is in force',
    inject: (system) => {
      system.leak();
    },
  },
  'topic-renamed': {
    title: 'the service subscribes to a topic that does not exist',
    inject: (system) => configured(system, 'WS_KAFKA_TOPICS', 'lines,orderbook,analytics'),
  },
  'wrong-broker': {
    title: 'the service asks a broker that is not there',
    inject: (system) => configured(system, 'WS_KAFKA_BROKERS', '127.0.0.1:9'),
  },
  'producer-stopped': {
    title: 'nobody writes to the topics',
    inject: (system) => {
      system.feed.pause();
    },
  },
  'stuck-handler': {
    title: 'a handler needs 20 s at shutdown, twice the timeout',
    inject: async (system) => {
      system.afflict({ stuckSeconds });
      await sleep(500);
      await restarted(system.cluster);
    },
  },
  stopped: {
    title: 'no replica runs',
    inject: (system) => scaled(system, 0),
  },
  'not-deployed': {
    title: 'the service was never deployed',
    inject: async ({ cluster }) => {
      cluster.remove();
      await cluster.settled();
    },
  },
  'new-partitions': {
    title: 'every topic has got a second partition, and no replica has learned of it yet',
    inject: (system) => system.widen(),
  },
  'shared-group': {
    title: 'two replicas share a consumer group: each client misses what the other replica reads',
    inject: (system) => scaled(system, 2),
  },
} satisfies Readonly<Record<string, Injection>>;

export type FaultName = keyof typeof faults;

export const isFault = (name: string): name is FaultName => Object.hasOwn(faults, name);

async function configured({ cluster, checkout }: System, key: string, value: string): Promise<void> {
  checkout.configure(key, value);
  cluster.apply(checkout.manifests());
  await restarted(cluster);
}

async function withSecret({ cluster }: System, secret: string): Promise<void> {
  cluster.apply([{ kind: 'Secret', name: 'ws-realtime', data: { WS_AUTH_SECRET: secret } }]);
  await restarted(cluster);
}

async function restarted(cluster: System['cluster']): Promise<void> {
  restart(cluster);
  await cluster.settled();
}

async function scaled({ cluster }: System, replicas: number): Promise<void> {
  cluster.change((deployment) => ({ ...deployment, replicas }));
  await cluster.settled();
}

/** Returns once a client has been cut off, so that the log tells of it. */
async function violated({ crowd }: System): Promise<void> {
  const before = crowd.violations();
  for (const deadline = performance.now() + 60_000; crowd.violations() === before; await sleep(50))
    if (performance.now() > deadline) throw new Error('no client was cut off');
}
