/** Does the service do what it is for? Asked of Kafka, the address and every replica with clients of our own, without the interpreter. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { WebSocket } from 'ws';
import { untilNothing } from '../../patience.ts';
import type { LabState } from '../../state.ts';
import { addressOf, controlUrl } from '../../state.ts';
import { secrets, topics } from './settings.ts';
import { freshToken } from './sign.ts';
import type { SystemState } from './system-state.ts';

/** What is wrong, one line each; empty: nothing. */
export async function verify(state: LabState): Promise<readonly string[]> {
  const system = (await (await fetch(`${controlUrl(state)}/state`)).json()) as SystemState;
  if (!system.isDeployed) return ['the service is not deployed'];
  if (system.wanted === 0 || system.ready < system.wanted)
    return [`${String(system.ready)} of ${String(system.wanted)} replicas are ready`];
  const front = `ws://${addressOf(state, 'front')}/ws`;
  const secret = await acceptedSecret(front);
  if (secret === undefined) return ['no token that clients have opens a connection'];
  // Consumers that have just begun get their partitions some seconds later.
  const found = await untilNothing(
    async () => (await Promise.all([delivery(state, system, secret), stream(front, secret, state, system)])).flat(),
    3,
  );
  return [...found, ...shutdown(system), ...leaked(system, secret)];
}

/** The current secret, or the next one once it is in force. */
async function acceptedSecret(front: string): Promise<string | undefined> {
  for (const secret of [secrets.current, secrets.next])
    if ((await upgrade(front, freshToken(secret, 'verify'))) === 101) return secret;
  return undefined;
}

function upgrade(url: string, token: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` }, handshakeTimeout: 2000 });
    const finish = (status: number): void => {
      resolve(status);
      socket.terminate();
    };
    socket.on('open', () => {
      finish(101);
    });
    socket.on('unexpected-response', (_, response) => {
      finish(response.statusCode ?? 0);
    });
    socket.on('error', () => {
      finish(0);
    });
  });
}

/** A record in every partition of every topic must reach a client of every replica. */
async function delivery(state: LabState, { pods }: SystemState, secret: string): Promise<readonly string[]> {
  const kafka = new Kafka({ brokers: [addressOf(state, 'kafka')], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer();
  const probe = randomUUID();
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] });
    await producer.sendBatch({
      topicMessages: found.map(({ name, partitions }) => ({
        topic: name,
        messages: partitions.map(({ partitionId }) => ({
          key: 'verify',
          partition: partitionId,
          value: JSON.stringify({ probe }),
        })),
      })),
    });
    const asked = pods.flatMap((pod) => found.map(({ name, partitions }) => ({ pod, name, count: partitions.length })));
    const answers = await Promise.all(
      asked.map(async ({ pod, name, count }) => {
        const seen = await probesSeen(`ws://127.0.0.1:${String(pod.port)}/ws`, secret, `${name}.verify`, probe, count);
        return seen === count ? [] : [`${pod.name} delivers ${String(seen)} of ${String(count)} partitions of ${name}`];
      }),
    );
    return answers.flat();
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

/** A subscription to one key begins with its newest messages, so it does not matter which came first. */
function probesSeen(url: string, secret: string, channel: string, probe: string, count: number): Promise<number> {
  return new Promise((resolve) => {
    const partitions = new Set<number>();
    const socket = new WebSocket(url, {
      headers: { authorization: `Bearer ${freshToken(secret, 'verify')}` },
      handshakeTimeout: 2000,
    });
    const finish = (): void => {
      clearTimeout(timer);
      resolve(partitions.size);
      socket.terminate();
    };
    const timer = setTimeout(finish, 1200);
    socket.on('open', () => {
      socket.send(JSON.stringify({ subscribe: channel }));
    });
    socket.on('message', (text) => {
      const { data, partition } = JSON.parse(String(text)) as {
        readonly data?: { readonly probe?: string };
        readonly partition?: number;
      };
      if (data?.probe === probe) partitions.add(partition ?? -1);
      if (partitions.size === count) finish();
    });
    socket.on('error', finish);
    socket.on('close', finish);
  });
}

const watchedMs = 1200;
/** Clients of a crowd are cut off together, once the buffers of all are full: that takes some bursts. */
const crowdWatchedMs = 5000;

/** A client of all lines stays connected over two bursts, and so does everybody else. */
async function stream(front: string, secret: string, state: LabState, { crowd }: SystemState): Promise<readonly string[]> {
  const socket = new WebSocket(front, {
    headers: { authorization: `Bearer ${freshToken(secret, 'verify')}` },
    handshakeTimeout: 2000,
  });
  let messages = 0;
  let closed: number | undefined;
  socket.on('error', () => undefined);
  socket.on('open', () => {
    socket.send('{"subscribe":"lines"}');
  });
  socket.on('message', (text) => {
    // the probes of `delivery` are no lines
    if ((JSON.parse(String(text)) as { readonly key?: string }).key !== 'verify') messages += 1;
  });
  socket.on('close', (code) => {
    closed = code;
  });
  await sleep(watchedMs);
  const cutOff = async (): Promise<number> => {
    const now = (await (await fetch(`${controlUrl(state)}/state`)).json()) as SystemState;
    return now.crowd.violations - crowd.violations;
  };
  let cut = await cutOff();
  for (const until = performance.now() + crowdWatchedMs; crowd.size > 0 && cut === 0 && performance.now() < until;) {
    await sleep(100);
    cut = await cutOff();
  }
  const found = closed === undefined ? [] : [`a client of lines was closed with ${String(closed)}`];
  socket.terminate();
  return [
    ...found,
    ...(messages === 0 ? ['no line has reached a client'] : []),
    ...(cut > 0 ? [`${String(cut)} clients were closed with policy violation`] : []),
  ];
}

const shutdown = ({ pods, stuckSeconds }: SystemState): readonly string[] =>
  pods
    .filter(({ timeoutSeconds }) => stuckSeconds >= timeoutSeconds)
    .map(({ name, timeoutSeconds }) => `${name} needs ${String(stuckSeconds)} s to shut down and has ${String(timeoutSeconds)}`);

const leaked = ({ isLeaked }: SystemState, secret: string): readonly string[] =>
  isLeaked && secret === secrets.current ? ['a secret that strangers know is in force'] : [];
