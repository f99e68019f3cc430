/**
 * The brokers, and the topics between engine, ledger and everybody else. One broker runs until a fault needs a cluster; then there are three until the
 * world is taken down, because two more machines of Java cost more than all else here.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { kafkaCommand } from '../../servers/kafka.ts';
import type { LabState } from '../../state.ts';
import { addressOf, portOf, runDirectory } from '../../state.ts';
import type { Supervisor } from '../../supervisor/supervisor.ts';
import type { Broker } from './names.ts';
import { brokers, outboxTopic, settlementTopic, symbols } from './names.ts';

export const brokerList = (state: LabState): readonly string[] => brokers.map((name) => addressOf(state, name));

export interface Brokers {
  /** Starts those that do not run of the one or three, and returns when all are members and every replica is in sync. */
  start(): Promise<void>;
  /** From now on three brokers, each with a replica of every partition. */
  widen(): Promise<void>;
  /** As a crash: nothing is handed over. */
  crash(name: Broker): void;
  /** How many there should be. */
  expected(): number;
  makeTopics(): Promise<void>;
  /** Empties the topics. A group that was behind finds its position gone and continues at what comes next. */
  empty(): Promise<void>;
  /** How many answer, and how far a group is behind; undefined: nobody knows now. */
  observe(groups: Readonly<Record<string, string>>): Promise<Observed>;
  close(): Promise<void>;
}

export interface Observed {
  readonly living: number;
  /** How many there should be. */
  readonly expected: number;
  readonly lags: ReadonlyMap<string, number>;
}

/** Milliseconds that anything of the brokers may take on a busy machine. */
const patience = 180_000;

const topics = [
  { topic: settlementTopic, numPartitions: symbols.length },
  { topic: outboxTopic, numPartitions: 1 },
] as const;

export async function createBrokers(state: LabState, supervisor: Supervisor): Promise<Brokers> {
  for (const [index, name] of brokers.entries()) {
    const directory = join(runDirectory(state.directory), name);
    const place = { directory, port: portOf(state, name), controllerPort: portOf(state, 'quorum') };
    const { command, args, cwd } = await kafkaCommand({ ...place, member: { id: index + 1, of: 1, patience: 5000 } });
    // A broker that was ended at once comes back when somebody starts it, as a container without a restart policy.
    supervisor.define({ name, container: name, command: [command, ...args], cwd, restart: 'never', stopWithin: 3000 });
  }
  const kafka = new Kafka({
    clientId: 'lab',
    brokers: [...brokerList(state)],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 500,
    requestTimeout: 3000,
    retry: { retries: 1, initialRetryTime: 50, maxRetryTime: 200 },
  });
  const admin = kafka.admin();
  let expected = 1;
  // A client asks for every topic that it was ever asked about: one that looks before the topics exist could not make them.
  const observer = kafka.admin();
  return {
    start: async () => {
      await Promise.all(brokers.slice(0, expected).map((name) => supervisor.start(name)));
      await eventually('the brokers are in step', patience, () => isInStep(admin, expected));
    },
    widen: async () => {
      if (expected === brokers.length) return;
      expected = brokers.length;
      await Promise.all(brokers.map((name) => supervisor.start(name)));
      await eventually('three brokers live', patience, async () => (await admin.describeCluster()).brokers.length === expected);
      await eventually('every partition has three replicas', patience, () => replicate(admin));
      await eventually('every replica is in sync', patience, () => isInStep(admin, expected, expected));
    },
    crash: (name) => {
      if (supervisor.status(name)?.state === 'running') supervisor.kill(name, 'SIGKILL');
    },
    expected: () => expected,
    makeTopics: async () => {
      const wanted = topics.map((topic) => ({ ...topic, replicationFactor: 1 }));
      // The answer comes before the partitions have leaders; `isInStep` waits for those.
      await eventually('the topics are made', patience, () =>
        admin.createTopics({ topics: wanted, waitForLeaders: false }).then(() => true),
      );
      await eventually('the topics have leaders', patience, async () => {
        const names = await admin.listTopics();
        return topics.every(({ topic }) => names.includes(topic)) && (await isInStep(admin, expected));
      });
    },
    empty: async () => {
      for (const { topic, numPartitions } of topics) {
        const partitions = Array.from({ length: numPartitions }, (_, partition) => ({ partition, offset: '-1' }));
        await eventually(`${topic} is emptied`, patience, () => admin.deleteTopicRecords({ topic, partitions }).then(() => true));
      }
    },
    observe: async (groups) => {
      await observer.connect();
      const { brokers: living } = await observer.describeCluster();
      const lags = await Promise.all(
        Object.entries(groups).map(async ([groupId, topic]) => {
          const [[committed], ends] = await Promise.all([
            observer.fetchOffsets({ groupId, topics: [topic] }),
            observer.fetchTopicOffsets(topic),
          ]);
          const of = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
          return [groupId, ends.reduce((sum, { partition, high }) => sum + Number(high) - (of.get(partition) ?? 0), 0)] as const;
        }),
      );
      return { living: living.length, expected, lags: new Map(lags) };
    },
    close: async () => {
      await Promise.all([admin.disconnect(), observer.disconnect()]);
    },
  };
}

/** Every partition of the topics and of the positions of groups on all three, and a write needs two of them. */
async function replicate(admin: Admin): Promise<true> {
  const replicas = brokers.map((_, index) => index + 1);
  const all = [...topics, { topic: '__consumer_offsets', numPartitions: 1 }];
  await admin.alterPartitionReassignments({
    topics: all.map(({ topic, numPartitions }) => ({
      topic,
      partitionAssignment: Array.from({ length: numPartitions }, (_, partition) => ({ partition, replicas })),
    })),
  });
  const configEntries = [{ name: 'min.insync.replicas', value: '2' }];
  await admin.alterConfigs({
    validateOnly: false,
    resources: topics.map(({ topic }) => ({ type: ConfigResourceTypes.TOPIC, name: topic, configEntries })),
  });
  return true;
}

async function isInStep(admin: Admin, expected: number, replicas = 1): Promise<boolean> {
  await admin.connect();
  const { brokers: living } = await admin.describeCluster();
  if (living.length < expected) return false;
  const names = await admin.listTopics();
  const known = topics.filter(({ topic }) => names.includes(topic)).map(({ topic }) => topic);
  const { topics: found } = known.length === 0 ? { topics: [] } : await admin.fetchTopicMetadata({ topics: known });
  return found.every(({ partitions }) =>
    partitions.every(({ isr, replicas: all, leader }) => leader >= 0 && isr.length === all.length && all.length >= replicas),
  );
}

/** Tries until it answers true; what it throws counts as not yet. `within`: milliseconds. */
export async function eventually(what: string, within: number, holds: () => Promise<boolean>): Promise<void> {
  let last = '';
  for (const deadline = performance.now() + within; performance.now() < deadline; await sleep(60)) {
    try {
      if (await holds()) return;
    } catch (problem) {
      last = problem instanceof Error ? `: ${problem.message}` : '';
    }
  }
  throw new Error(`not after ${String(within / 1000)} s: ${what}${last}`);
}
