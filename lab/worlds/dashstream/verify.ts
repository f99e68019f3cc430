/** Does everything arrive, in order, and is it kept? Asked of the services themselves, without the interpreter. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { LabState } from '../../state.ts';
import { addressOf, controlUrl } from '../../state.ts';
import { healthOf, textOf, withAdmin } from './clients.ts';
import { containers, topics } from './names.ts';
import { replayKey } from './server/replay.ts';
import { topicSettings } from './topics.ts';
import { stranger } from './units.ts';

interface SystemState {
  readonly containers: readonly { readonly name: string; readonly is: string }[];
  readonly isDiskFull: boolean;
}

/** What is wrong, one line each; empty: nothing. */
export async function verify(state: LabState): Promise<readonly string[]> {
  const system = (await (await fetch(`${controlUrl(state)}/state`)).json()) as SystemState;
  const wanted: readonly string[] = Object.values(containers);
  const down = system.containers.filter(({ name, is }) => wanted.includes(name) && is !== 'running').map(({ name }) => name);
  const isTaken = system.containers.some(({ name, is }) => name === stranger && is === 'running');
  if (down.length > 0)
    return [...down.map((name) => `${name} does not run`), ...(isTaken ? ['another program listens at its port'] : [])];
  const found = await Promise.all([health(state), counters(state), topicsThere(state), orphans(state), prometheus(state)]);
  return [...found.flat(), ...(system.isDiskFull ? ['the disk of the broker is full'] : [])];
}

async function health(state: LabState): Promise<readonly string[]> {
  const found = await healthOf(state);
  if (found === undefined) return ['the websocket-server does not answer'];
  return found.status === 'ok' ? [] : [`the websocket-server is ${found.status}: ${found.alert}`];
}

async function prometheus(state: LabState): Promise<readonly string[]> {
  return (await textOf(state, 'prometheus', '/-/ready')) === undefined ? ['Prometheus is not ready'] : [];
}

async function topicsThere(state: LabState): Promise<readonly string[]> {
  try {
    return await withAdmin(state, async (admin) => {
      const known = await admin.listTopics();
      const missing = Object.values(topics).filter((topic) => !known.includes(topic));
      const isShort = !missing.includes(topics.main) && 'retention.ms' in (await topicSettings(admin, topics.main));
      return [
        ...missing.map((topic) => `the topic ${topic} does not exist`),
        ...(isShort ? [`the retention of ${topics.main} is not the usual one`] : []),
      ];
    });
  } catch {
    return ['the broker does not answer'];
  }
}

/** Messages that the replay buffer has and its index has not. */
async function orphans(state: LabState): Promise<readonly string[]> {
  const redis = new Redis(`redis://${addressOf(state, 'redis')}`);
  try {
    const keys = await redis.keys(replayKey(0, 'offset:*'));
    const index = new Set(await redis.zrange(replayKey(0, 'offsets'), '0', '-1'));
    const strange = keys.filter((key) => !index.has(key.split(':').at(-1) ?? ''));
    // what has gone meanwhile was removed from both
    const without = strange.length === 0 ? 0 : await redis.exists(...strange);
    return without > 50 ? [`${String(without)} replay messages are in no index`] : [];
  } finally {
    redis.disconnect();
  }
}

/** Samples of both services by name and labels. */
type Samples = ReadonlyMap<string, number>;
/** So long counters are watched, milliseconds; longer while too few messages come to judge by, as on a busy machine. */
const watched = { least: 1200, most: 5000, messages: 60 } as const;

async function counters(state: LabState): Promise<readonly string[]> {
  const start = performance.now();
  const before = await samplesOf(state);
  await sleep(watched.least);
  let after = await samplesOf(state);
  const read = /^websocket_kafka_messages_total/;
  const isTooFew = (): boolean => before !== undefined && after !== undefined && growth(before, after, read) < watched.messages;
  while (isTooFew() && performance.now() - start < watched.most) {
    await sleep(400);
    after = await samplesOf(state);
  }
  const seconds = (performance.now() - start) / 1000;
  if (before === undefined || after === undefined) return ['metrics cannot be read'];
  const [first, last] = [before, after];
  const grown = (pattern: RegExp): number => growth(first, last, pattern);
  const now = (pattern: RegExp): number =>
    Math.max(0, ...[...last].filter(([name]) => pattern.test(name)).map(([, value]) => value));
  const all = grown(read);
  const memory = grown(/^replay_buffer_memory_hits_total/);
  const redis = grown(/^replay_buffer_redis_hits_total/);
  // a busy machine makes some of them slow
  const isSlow = grown(/^websocket_e2e_latency_ms_bucket\{le="500"\}/) < 0.5 * grown(/^websocket_e2e_latency_ms_count/);
  const checks: readonly (readonly [isWrong: boolean, what: string])[] = [
    [grown(/^websocket_kafka_messages_total\{status="success"\}/) < 10, 'hardly any message arrives'],
    [grown(/^websocket_kafka_messages_total\{status="error"\}/) > 0.01 * all, 'more than 1 % of the messages are errors'],
    [grown(/^websocket_decode_errors_total\{error_type="schema_mismatch"\}/) > 0, 'messages have another schema'],
    [grown(/^websocket_oversized_messages_total/) > 0, 'messages are too large'],
    [grown(/^dashstream_sequence_gaps_total/) > 0, 'messages are lost'],
    [grown(/^dashstream_sequence_duplicates_total/) / seconds > 0.1, 'messages come twice'],
    [grown(/^dashstream_sequence_reorders_total/) / seconds > 0.1, 'messages come out of order'],
    [grown(/^websocket_dlq_sends_total/) / seconds > 0.1, 'messages go to the DLQ'],
    [grown(/^(?:websocket|dashstream)_dlq_(?:send_failures|dropped)_total/) > 0, 'writes to the DLQ fail'],
    [grown(/^websocket_dropped_messages_total/) > 0, 'a client loses messages'],
    [grown(/^dashstream_rate_limit_exceeded_total/) > 0, 'a tenant is above its limit'],
    [now(/^websocket_kafka_consumer_lag/) > 10_000, 'the consumer is more than 10 000 messages behind'],
    [isSlow, 'most messages need over 500 ms'],
    [redis > 0 && memory < 0.95 * (memory + redis), 'less than 95 % of replayed messages come from memory'],
  ];
  return checks.filter(([isWrong]) => isWrong).map(([, what]) => what);
}

const growth = (before: Samples, after: Samples, pattern: RegExp): number =>
  [...after].filter(([name]) => pattern.test(name)).reduce((sum, [name, value]) => sum + value - (before.get(name) ?? 0), 0);

async function samplesOf(state: LabState): Promise<Samples | undefined> {
  const texts = await Promise.all([textOf(state, 'websocketServer', '/metrics'), textOf(state, 'exporter', '/metrics')]);
  if (texts.some((text) => text === undefined)) return undefined;
  const lines = texts.join('\n').split('\n');
  return new Map(
    lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line): [string, number] => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );
}
