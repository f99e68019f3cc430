/** What the counters of the services say, watched for a moment. How busy the machine is must not matter. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabState } from '../../state.ts';
import { textOf } from './clients.ts';

/** Samples of both services by name and labels. */
type Samples = ReadonlyMap<string, number>;
/** So long counters are watched, milliseconds: the rarest event of a fault comes every 1.3 s. Longer while too few messages come to judge by, as on a busy machine. */
const watched = { every: 200, least: 1700, most: 6000, messages: 60 } as const;

/** Events of which a healthy system has none: the first one tells enough. */
const never: readonly (readonly [counter: RegExp, what: string])[] = [
  [/^websocket_decode_errors_total\{error_type="schema_mismatch"\}/, 'messages have another schema'],
  [/^websocket_oversized_messages_total/, 'messages are too large'],
  [/^dashstream_sequence_gaps_total/, 'messages are lost'],
  [/^dashstream_sequence_duplicates_total/, 'messages come twice'],
  [/^dashstream_sequence_reorders_total/, 'messages come out of order'],
  [/^websocket_dlq_sends_total/, 'messages go to the DLQ'],
  [/^(?:websocket|dashstream)_dlq_(?:send_failures|dropped)_total/, 'writes to the DLQ fail'],
  [/^websocket_dropped_messages_total/, 'a client loses messages'],
  [/^dashstream_rate_limit_exceeded_total/, 'a tenant is above its limit'],
];
const mostBehind = 10_000;

/** What is wrong, one line each; returns as soon as something is. */
export async function counters(state: LabState): Promise<readonly string[]> {
  const start = performance.now();
  const before = await samplesOf(state);
  if (before === undefined) return ['metrics cannot be read'];
  for (;;) {
    await sleep(watched.every);
    const after = await samplesOf(state);
    if (after === undefined) return ['metrics cannot be read'];
    const atOnce = eventsIn(before, after);
    if (atOnce.length > 0) return atOnce;
    const passed = performance.now() - start;
    const isEnough = passed >= watched.least && growth(before, after, /^websocket_kafka_messages_total/) >= watched.messages;
    if (isEnough || passed > watched.most) return sharesIn(before, after);
  }
}

function eventsIn(before: Samples, after: Samples): readonly string[] {
  const happened = never.filter(([counter]) => growth(before, after, counter) > 0).map(([, what]) => what);
  const behind = Math.max(
    0,
    ...[...after].filter(([name]) => name.startsWith('websocket_kafka_consumer_lag')).map(([, lag]) => lag),
  );
  return behind > mostBehind ? [...happened, 'the consumer is more than 10 000 messages behind'] : happened;
}

/** What can only be judged by many messages. */
function sharesIn(before: Samples, after: Samples): readonly string[] {
  const grown = (counter: RegExp): number => growth(before, after, counter);
  const all = grown(/^websocket_kafka_messages_total/);
  const memory = grown(/^replay_buffer_memory_hits_total/);
  const redis = grown(/^replay_buffer_redis_hits_total/);
  const checks: readonly (readonly [isWrong: boolean, what: string])[] = [
    [grown(/^websocket_kafka_messages_total\{status="success"\}/) < 10, 'hardly any message arrives'],
    [grown(/^websocket_kafka_messages_total\{status="error"\}/) > 0.01 * all, 'more than 1 % of the messages are errors'],
    [redis > 0 && memory < 0.95 * (memory + redis), 'less than 95 % of replayed messages come from memory'],
  ];
  return checks.filter(([isWrong]) => isWrong).map(([, what]) => what);
}

const growth = (before: Samples, after: Samples, counter: RegExp): number =>
  [...after].filter(([name]) => counter.test(name)).reduce((sum, [name, value]) => sum + value - (before.get(name) ?? 0), 0);

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
