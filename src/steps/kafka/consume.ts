/** `consume`: a bounded look at the records of a topic, without committing anything. */
import type { KafkaClient } from '../../clients/kafka/client.ts';
import type { Log, OffsetSpan, Tailed } from '../../clients/kafka/log.ts';
import { openLog } from '../../clients/kafka/log.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import type { ValueForm } from './bytes.ts';
import { decodedValue } from './bytes.ts';
import { below, noRecords, tailedRecord } from './record.ts';
import type { Refusal } from './shared.ts';
import { refuse, wasRefused } from './shared.ts';

interface Consume {
  readonly topic: string;
  readonly count: number;
  readonly from?: 'earliest' | 'latest';
  /** Default: all partitions. */
  readonly partition?: number;
  /** First offset to read of that partition, instead of `from`. */
  readonly offset?: number | string;
  readonly idle?: number;
  readonly values?: ValueForm;
}

/** Offsets from the end that are looked at, of which few may have a record. */
const mostScan = 1_000_000;

export async function consume(client: KafkaClient, params: Consume, context: RunContext): Promise<Done> {
  const { topic, count, values = 'auto' } = params;
  const log = await openLog(client, topic, context.signal, params.idle);
  const spans = spansOf(log, params);
  if (wasRefused(spans)) return spans;
  const last = params.offset === undefined && params.from !== 'earliest';
  const read = async (span: OffsetSpan): Promise<readonly Tailed[]> =>
    last ? (await log.readLast(span, count, mostScan)).records : firstOf(log, span, count);
  const all = inTime(await Promise.all(spans.map(read)));
  const kept = last ? all.slice(-count) : all.slice(0, count);
  if (kept.length === 0) return noRecords({ value: [] }, `${topic} has no record that can be read`);
  const other = kept.find((one) => one.value !== null && decodedValue(one.value, values) === undefined);
  if (other !== undefined) return otherForm(topic, other, values);
  const shown = kept.map((one) => tailedRecord(one, values));
  const value: Json = shown.map((one) => one.json);
  return {
    ok: true,
    changed: false,
    result: { value },
    int64: shown.flatMap((one, i) => below(`/value/${String(i)}`, one.int64)),
  };
}

/** What is asked for, within what the log has: an offset before its beginning was deleted, and reading on from elsewhere would hide that. */
function spansOf(log: Log, { topic, partition, offset }: Consume): readonly OffsetSpan[] | Refusal {
  if (partition === undefined) return log.spans;
  const span = log.spans.find((one) => one.partition === partition);
  const place = `${topic}/${String(partition)}`;
  if (span === undefined) return refuse('no-partition', `${place} does not exist; ${topic} has ${String(log.spans.length)}`);
  if (offset === undefined) return [span];
  const from = offsetOf(offset);
  if (from === undefined)
    return refuse('offset', `offset of consume is not a whole number: ${String(offset)}`, 'for example 1000');
  if (from < span.from || from > span.to)
    return {
      ...refuse('out-of-range', `${place} has the offsets ${span.from.toString()} to ${span.to.toString()}, not ${String(from)}`),
      class: 'validation',
    };
  return [{ ...span, from }];
}

const offsetOf = (offset: number | string): bigint | undefined => (/^[0-9]+$/.test(String(offset)) ? BigInt(offset) : undefined);

async function firstOf(log: Log, { partition, from, to }: OffsetSpan, count: number): Promise<readonly Tailed[]> {
  const records: Tailed[] = [];
  for (let at = from; at < to && records.length < count; at += BigInt(count)) {
    const until = at + BigInt(count) < to ? at + BigInt(count) : to;
    records.push(...(await log.read({ partition, from: at, to: until })));
  }
  return records.slice(0, count);
}

/** Partitions side by side by the time of their records; within one the order of the log stays, whatever the times. */
function inTime(partitions: readonly (readonly Tailed[])[]): readonly Tailed[] {
  const timed = partitions.flatMap((records) => {
    let latest = 0;
    return records.map((record) => ({ record, time: (latest = Math.max(latest, Number(record.timestamp))) }));
  });
  return timed.sort((a, b) => a.time - b.time).map(({ record }) => record);
}

function otherForm(topic: string, one: Tailed, form: ValueForm): Refusal {
  const place = `${topic}/${String(one.partition)} offset ${one.offset.toString()}`;
  return {
    ok: false,
    wire: 'refused',
    class: 'validation',
    code: 'value-form',
    message: `the value at ${place} is not ${form === 'json' ? 'JSON' : 'UTF-8 text'}`,
    hint: 'values: auto takes any value, values: hex shows its bytes',
  };
}
