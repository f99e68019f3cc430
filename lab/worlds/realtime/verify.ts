/** Is the market in step? Asked of Kafka, Redis, the gateway and the REST service with clients of our own, without the interpreter. */
import { Redis } from 'ioredis';
import type { Admin } from 'kafkajs';
import { Kafka, logLevel } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { WebSocket } from 'ws';
import { query } from '../../servers/prometheus.ts';
import type { LabState } from '../../state.ts';
import { addressOf, controlUrl, portOf, prometheusUrl } from '../../state.ts';

const topic = 'orderbooks';
const symbols = ['BTC-USD', 'ETH-USD', 'SOL-USD'];
/** Records that a healthy consumer may be behind at any moment: a few seconds of traffic. */
const slack = 300;

/** What is out of step, one line each; empty: nothing. */
export async function verify(state: LabState): Promise<readonly string[]> {
  const kafka = new Kafka({ brokers: [addressOf(state, 'kafka')], logLevel: logLevel.NOTHING, connectionTimeout: 10_000 });
  const admin = kafka.admin();
  const redis = new Redis({ host: '127.0.0.1', port: portOf(state, 'redis') });
  try {
    await admin.connect();
    const head = await end(admin);
    const found = await Promise.all([
      traffic(admin, head),
      group(admin, head),
      cache(redis, head),
      flag(state),
      metric(state),
      streams(state),
    ]);
    return found.flat();
  } finally {
    redis.disconnect();
    await admin.disconnect();
  }
}

const end = async (admin: Admin): Promise<number> => Number((await admin.fetchTopicOffsets(topic))[0]?.high ?? -1);

async function traffic(admin: Admin, head: number): Promise<readonly string[]> {
  return (await poll(async () => (await end(admin)) > head))
    ? []
    : [`no record has come into ${topic} since offset ${String(head)}`];
}

async function group(admin: Admin, head: number): Promise<readonly string[]> {
  const committed = async (): Promise<number> =>
    Number((await admin.fetchOffsets({ groupId: 'ws-gateway', topics: [topic] }))[0]?.partitions[0]?.offset ?? -1);
  if (await poll(async () => (await committed()) >= head - slack)) return [];
  return [`the committed offset of ws-gateway is ${String(await committed())}, the log was at ${String(head)}`];
}

/** Every symbol has a record among any few: each number in the cache must reach the end that was read before, nearly. */
async function cache(redis: Redis, head: number): Promise<readonly string[]> {
  const found = await Promise.all(
    symbols.map(async (symbol) => {
      const read = async (): Promise<number> => Number(await redis.get(`orderbook:${symbol}:seq`));
      if (await poll(async () => (await read()) >= head - symbols.length)) return [];
      return [`the cache of ${symbol} is at ${String(await read())}, the log was at ${String(head)}`];
    }),
  );
  return found.flat();
}

async function flag(state: LabState): Promise<readonly string[]> {
  const reply = await fetch(`${controlUrl(state)}/flags/ws.broadcast.enabled`);
  const { value } = (await reply.json()) as { readonly value: unknown };
  return value === true ? [] : [`ws.broadcast.enabled is ${String(value)}`];
}

/** Just after a start or a pause there is no ratio yet, which is neither good nor bad. */
async function metric(state: LabState): Promise<readonly string[]> {
  let value: number | undefined;
  await poll(async () => {
    value = await query(prometheusUrl(state), 'max(ws_sequence_gap_ratio) and on() count(ws_sequence_gap_ratio >= 0) == 2');
    return value !== undefined;
  });
  return value !== undefined && value < 0.005 ? [] : [`the gap ratio is ${String(value)}`];
}

interface Frame {
  readonly seq: number;
  readonly prevSeq: number | null;
  readonly levels: unknown;
}

async function streams(state: LabState): Promise<readonly string[]> {
  const found = await Promise.all(
    symbols.map(async (symbol) => {
      const frames = await collect(state, symbol, 25);
      const last = frames.at(-1);
      if (last === undefined) return [`no frame of ${symbol}`];
      const gaps = frames.filter((frame, index) => index > 0 && frame.prevSeq !== frames[index - 1]?.seq).length;
      const reply = await fetch(`${controlUrl(state)}/v1/orderbook/${symbol}?seq=${String(last.seq)}`);
      const snapshot = (await reply.json()) as { readonly levels?: unknown };
      return [
        ...(gaps === 0 ? [] : [`${String(gaps)} gaps in ${String(frames.length)} frames of ${symbol}`]),
        ...(isDeepStrictEqual(snapshot.levels, last.levels)
          ? []
          : [`the frame ${String(last.seq)} of ${symbol} differs from the snapshot`]),
      ];
    }),
  );
  return found.flat();
}

const collect = (state: LabState, symbol: string, count: number): Promise<readonly Frame[]> =>
  new Promise((resolve) => {
    const frames: Frame[] = [];
    const socket = new WebSocket(`ws://${addressOf(state, 'control')}/stream`);
    const finish = (): void => {
      clearTimeout(timer);
      socket.terminate();
      resolve(frames);
    };
    const timer = setTimeout(finish, 10_000);
    socket.on('open', () => {
      socket.send(JSON.stringify({ subscribe: `orderbook.${symbol}` }));
    });
    socket.on('error', finish);
    socket.on('message', (data) => {
      frames.push(JSON.parse((data as Buffer).toString()) as Frame);
      if (frames.length >= count) finish();
    });
  });

/** Whether it becomes true within five seconds. */
async function poll(holds: () => Promise<boolean>): Promise<boolean> {
  for (const deadline = performance.now() + 5000; performance.now() < deadline;) {
    if (await holds()) return true;
    await sleep(50);
  }
  return false;
}
