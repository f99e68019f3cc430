/** `lastOffsets`: the offset of the last record, of partitions or of keys. */
import type { KafkaClient } from '../../clients/kafka/client.ts';
import type { Log, OffsetSpan, Tailed } from '../../clients/kafka/log.ts';
import { openLog } from '../../clients/kafka/log.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, RunContext } from '../../interpreter/port/step-type.ts';
import { keyOfName, nameOfKey } from './bytes.ts';
import { below, noRecords, tailedRecord } from './record.ts';
import { refuse } from './shared.ts';

interface LastOffsets {
  readonly topic: string;
  readonly key?: string;
  readonly byKey?: boolean;
  readonly scan?: number;
}

/** Offsets from the end that are looked at for keys. */
const keyScan = 10_000;
/** For the last record of a partition: a long run of aborted records is no reason to give up early. */
const partitionScan = 1_000_000;

export async function lastOffsets(client: KafkaClient, params: LastOffsets, context: RunContext): Promise<Done> {
  const wanted = params.key === undefined ? undefined : keyOfName(params.key);
  if (params.key !== undefined && wanted === undefined)
    return refuse('key', `${params.key} is not a key in hexadecimal`, 'hex: and two digits for each byte');
  const log = await openLog(client, params.topic, context.signal);
  if (wanted === undefined && params.byKey !== true) return ofPartitions(log, params);
  const scan = params.scan ?? keyScan;
  const found = await lastByKey(log, scan);
  const looked = found.complete ? '' : ` among the last ${String(scan)} offsets`;
  if (wanted === undefined) return ofAllKeys(found, `${params.topic} has no record with a key${looked}`);
  const one = found.last.get(wanted.toString('hex'));
  if (one === undefined)
    return noRecords(
      { value: null, complete: found.complete },
      `${params.topic} has no record with the key ${params.key ?? ''}${looked}`,
    );
  const { json, int64 } = tailedRecord(one, 'auto');
  return { ok: true, changed: false, result: { value: one.offset.toString(), record: json }, int64: below('/record', int64) };
}

/** The end of a partition is not a record: transactions, compaction and deletion leave offsets without one. */
async function ofPartitions(log: Log, { topic, scan = partitionScan }: LastOffsets): Promise<Done> {
  const all = await Promise.all(log.spans.map(async (span) => ({ span, last: await log.readLast(span, 1, scan) })));
  const unknown = all.find(({ last }) => last.records.length === 0 && !last.complete);
  if (unknown !== undefined) {
    const { partition, to } = unknown.span;
    const place = `${topic}/${String(partition)}`;
    return {
      ok: false,
      wire: 'refused',
      class: 'validation',
      code: 'scan',
      message: `${place} has no readable record among the ${String(scan)} offsets before its end ${to.toString()}`,
      hint: 'a larger scan looks further back',
    };
  }
  const value: Record<string, string> = {};
  const empty: string[] = [];
  for (const { span, last } of all) {
    const [record] = last.records;
    if (record === undefined) empty.push(String(span.partition));
    else value[String(span.partition)] = record.offset.toString();
  }
  if (Object.keys(value).length === 0) return noRecords({ value, empty }, `${topic} has no record that can be read`);
  return { ok: true, changed: false, result: { value, empty } };
}

interface ByKey {
  /** By the bytes of the key in hexadecimal. */
  readonly last: ReadonlyMap<string, Tailed>;
  /** False: older records were not looked at. */
  readonly complete: boolean;
}

async function lastByKey(log: Log, scan: number): Promise<ByKey> {
  const tails = log.spans.map(({ partition, from, to }): OffsetSpan => {
    const start = to - BigInt(scan);
    return { partition, from: start > from ? start : from, to };
  });
  const last = new Map<string, Tailed>();
  for (const records of await Promise.all(tails.map((span) => log.read(span))))
    for (const record of records) {
      if (record.key === null) continue;
      const name = record.key.toString('hex');
      const before = last.get(name);
      if (before === undefined || !isOlder(record, before)) last.set(name, record);
    }
  return { last, complete: tails.every((tail, index) => tail.from === log.spans[index]?.from) };
}

/** A key is in two partitions when partitions were added since: only the times of its records compare. */
const isOlder = (a: Tailed, b: Tailed): boolean =>
  a.partition === b.partition ? a.offset < b.offset : BigInt(a.timestamp) < BigInt(b.timestamp);

function ofAllKeys({ last, complete }: ByKey, missing: string): Done {
  const value: [string, string][] = [];
  const records: [string, Json][] = [];
  const int64: string[] = [];
  for (const one of last.values()) {
    const name = nameOfKey(one.key ?? Buffer.alloc(0));
    const record = tailedRecord(one, 'auto');
    value.push([name, one.offset.toString()]);
    records.push([name, record.json]);
    int64.push(...below(`/records/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, record.int64));
  }
  const result = { value: Object.fromEntries(value), records: Object.fromEntries(records), complete };
  return last.size === 0 ? noRecords(result, missing) : { ok: true, changed: false, result, int64 };
}
