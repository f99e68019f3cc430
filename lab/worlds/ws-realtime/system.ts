/** The system of this world: topics and their feed, the cluster with the service's pods, the address in front of them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { Kafka, logLevel } from 'kafkajs';
import { builtProgram } from '../../programs.ts';
import type { LabState } from '../../state.ts';
import { addressOf, portOf, runDirectory } from '../../state.ts';
import type { Supervisor } from '../../supervisor/supervisor.ts';
import type { Checkout } from './checkout.ts';
import { createCheckout } from './checkout.ts';
import { openBalancer } from '../../process/balancer.ts';
import type { Cluster } from './cluster/cluster.ts';
import { createCluster } from './cluster/cluster.ts';
import type { Crowd } from './crowd.ts';
import { createCrowd } from './crowd.ts';
import type { Feed } from './feed.ts';
import { startFeed } from './feed.ts';
import { linkRate, replicaNames, secrets, timeScale } from './settings.ts';
import { freshToken } from './sign.ts';
import { removeOldGroups, resetTopics, widenTopics } from './topics.ts';
import type { Images } from './tools/docker.ts';
import { createImages } from './tools/docker.ts';
import type { Fault } from './service/fault.ts';
import { noFault } from './service/fault.ts';
import type { SystemState } from './system-state.ts';
import { verify } from './verify.ts';

export interface System {
  readonly cluster: Cluster;
  readonly checkout: Checkout;
  readonly crowd: Crowd;
  readonly feed: Feed;
  readonly images: Images;
  /** Breaks something in every replica that runs. */
  afflict(fault: Partial<Fault>): void;
  /** Two partitions for every topic. */
  widen(): Promise<void>;
  /** Says that the current secret is known to strangers. */
  leak(): void;
  heal(): Promise<void>;
  state(): SystemState;
  close(): Promise<void>;
}

export const logFileOf = (state: LabState): string => join(runDirectory(state.directory), 'ws-realtime.log');

export async function openSystem(state: LabState, supervisor: Supervisor): Promise<System> {
  const kafka = new Kafka({
    clientId: 'lab',
    brokers: [addressOf(state, 'kafka')],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 5000,
    retry: { retries: 5, initialRetryTime: 50, maxRetryTime: 500 },
  });
  const admin = await connected(kafka);
  await resetTopics(admin);
  const faultFile = join(runDirectory(state.directory), 'fault.json');
  const logFile = logFileOf(state);
  let fault = noFault;
  let isLeaked = false;
  const afflict = (given: Partial<Fault>): void => {
    fault = { ...noFault, ...given };
    writeFileSync(faultFile, JSON.stringify(fault));
  };
  afflict({});
  writeFileSync(logFile, '');
  const cluster = createCluster({
    ports: replicaNames.map((name) => portOf(state, name)),
    command: [process.execPath, builtProgram('lab/ws-realtime/service.js')],
    supervisor,
    variables: {
      LAB_LOG_FILE: logFile,
      LAB_TIME_SCALE: String(timeScale),
      LAB_LINK_RATE: String(linkRate),
      LAB_FAULT_FILE: faultFile,
    },
    timeScale,
  });
  const checkout = createCheckout(state);
  const readyPorts = (): readonly number[] =>
    cluster.hasService()
      ? cluster
          .pods()
          .filter((pod) => pod.isReady())
          .map(({ port }) => port)
      : [];
  const balancer = await openBalancer(portOf(state, 'front'), readyPorts);
  const crowd = createCrowd(`ws://${addressOf(state, 'front')}/ws`, () => freshToken(secrets.current, 'crowd'));
  const feed = await startFeed(kafka);
  const images = createImages();
  cluster.apply(checkout.manifests());
  await cluster.settled();
  const system: System = {
    cluster,
    checkout,
    crowd,
    feed,
    images,
    afflict,
    widen: () => widenTopics(admin),
    leak: () => {
      isLeaked = true;
    },
    heal: async () => {
      crowd.set(0);
      isLeaked = false;
      afflict({});
      writeFileSync(logFile, '');
      feed.resume();
      images.clear();
      checkout.reset();
      const isNew = await resetTopics(admin);
      await redeploy(cluster, checkout, isNew);
      await removeOldGroups(admin);
      await healthy(state);
    },
    state: () => stateOf(cluster, crowd, fault.stuckSeconds, isLeaked),
    close: async () => {
      crowd.set(0);
      await feed.close();
      await cluster.close();
      balancer.close();
      await admin.disconnect();
    },
  };
  return system;
}

/** The broker starts at the same time as we do. */
async function connected(kafka: Kafka): Promise<Admin> {
  const admin = kafka.admin();
  for (const deadline = performance.now() + 60_000; ;) {
    try {
      await admin.connect();
      await admin.listTopics();
      return admin;
    } catch (problem) {
      if (performance.now() > deadline) throw problem;
      await sleep(50);
    }
  }
}

/** Pods are only replaced where one was started with other values than it would be now; one that cannot start is never waited for. */
async function redeploy(cluster: Cluster, checkout: Checkout, isForced: boolean): Promise<void> {
  cluster.apply(checkout.manifests());
  const wanted = Object.entries({ ...cluster.configMap(), ...cluster.secret() });
  const isStale = cluster.pods().some(({ env }) => wanted.some(([key, value]) => env[key] !== value));
  if (isStale || isForced) restart(cluster);
  await cluster.settled();
}

/** As `kubectl rollout restart`. */
export function restart(cluster: Cluster): void {
  cluster.change((deployment) => ({
    ...deployment,
    template: { ...deployment.template, restartedAt: new Date().toISOString() },
  }));
}

async function healthy(state: LabState): Promise<void> {
  let findings: readonly string[] = [];
  for (const deadline = performance.now() + 60_000; performance.now() < deadline;) {
    findings = await verify(state);
    if (findings.length === 0) return;
    await sleep(100);
  }
  throw new Error(`not healed: ${findings.join('; ')}`);
}

function stateOf(cluster: Cluster, crowd: Crowd, stuckSeconds: number, isLeaked: boolean): SystemState {
  const pods = cluster.pods();
  return {
    isDeployed: cluster.deployment() !== undefined,
    wanted: cluster.deployment()?.replicas ?? 0,
    ready: pods.filter((pod) => pod.isReady()).length,
    pods: pods.map(({ name, port, env }) => ({ name, port, timeoutSeconds: Number(env['WS_SHUTDOWN_TIMEOUT_SECONDS'] ?? 10) })),
    stuckSeconds,
    isLeaked,
    crowd: { size: crowd.size(), connected: crowd.connected(), violations: crowd.violations() },
  };
}
