/** Operations that read records: the last offset of partitions and keys (T-57), and a bounded look at a topic. */
import type { KafkaClient } from '../../clients/kafka/client.ts';
import { within } from '../../clients/kafka/client.ts';
import type { Span, Tailed } from '../../clients/kafka/tail.ts';
import { readSpans } from '../../clients/kafka/tail.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';

const idleMs = 2000;
const defaultScan = 10_000;

async function spansOf(
  client: KafkaClient,
  topic: string,
  most: number,
  from: 'earliest' | 'latest',
  context: RunContext,
): Promise<readonly Span[]> {
  const admin = await client.admin(context.signal);
  const all = await within(admin.fetchTopicOffsets(topic), context.signal);
  return all.map(({ partition, low, high }) => {
    const [first, end, limit] = [BigInt(low), BigInt(high), BigInt(most)];
    if (from === 'earliest') return { partition, from: first, to: first + limit < end ? first + limit : end };
    return { partition, from: end - limit > first ? end - limit : first, to: end };
  });
}

export async function lastOffsets(
  client: KafkaClient,
  params: { readonly topic: string; readonly key?: string; readonly byKey?: boolean; readonly scan?: number },
  context: RunContext,
): Promise<Done> {
  const spans = await spansOf(client, params.topic, params.scan ?? defaultScan, 'latest', context);
  if (params.key === undefined && params.byKey !== true) {
    const value = Object.fromEntries(spans.map((span) => [String(span.partition), (span.to - 1n).toString()]));
    return { ok: true, changed: false, noData: spans.length === 0, result: { value } };
  }
  const last = new Map<string, Tailed>();
  await readSpans(client, params.topic, spans, idleMs, context.signal, (record) => {
    if (record.key !== null && (params.key === undefined || record.key === params.key)) last.set(record.key, record);
  });
  if (params.key === undefined) {
    return {
      ok: true,
      changed: false,
      noData: last.size === 0,
      result: {
        value: Object.fromEntries([...last].map(([key, one]) => [key, one.offset.toString()])),
        records: Object.fromEntries([...last].map(([key, one]) => [key, recordOf(one)])),
      },
    };
  }
  const found = last.get(params.key);
  if (found === undefined) return { ok: true, changed: false, noData: true, result: { value: null } };
  return { ok: true, changed: false, result: { value: found.offset.toString(), record: recordOf(found) } };
}

export async function consume(
  client: KafkaClient,
  params: { readonly topic: string; readonly count: number; readonly from?: 'earliest' | 'latest'; readonly idle?: number },
  context: RunContext,
): Promise<Done> {
  const spans = await spansOf(client, params.topic, params.count, params.from ?? 'latest', context);
  const records: Tailed[] = [];
  await readSpans(client, params.topic, spans, params.idle ?? idleMs, context.signal, (record) => records.push(record));
  const kept = params.from === 'earliest' ? records.slice(0, params.count) : records.slice(-params.count);
  const value: Json = kept.map(recordOf);
  return { ok: true, changed: false, noData: kept.length === 0, result: { value } };
}

const recordOf = (one: Tailed): Json => ({
  partition: one.partition,
  offset: one.offset.toString(),
  key: one.key,
  value: parsed(one.value),
  timestamp: one.timestamp,
});

/** What is no JSON stays text: a foreign record must not break the reader (T-09). */
function parsed(text: string | null): Json {
  if (text === null) return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
