/** Reading records of a real broker: holes of transactions, deletion and compaction; keys and values of any bytes. */
import { Kafka, logLevel } from 'kafkajs';
import type { Message, Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestKafka } from '../../../lab/servers/test-servers.ts';
import { startKafka } from '../../../lab/servers/test-servers.ts';
import { openStep } from '../../../test/rig/session.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';
import { stepType } from './index.ts';

let server: TestKafka;
let kafka: Kafka;
let producer: Producer;

beforeAll(async () => {
  server = await startKafka();
  kafka = new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING });
  producer = kafka.producer();
  await producer.connect();
}, 180_000);
afterAll(async () => {
  await producer.disconnect();
  await server.stop();
});

/** By the step, which waits until every leader knows of its topic; the client would send everything twice. */
const create = (topic: string, partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<Done> =>
  run({ createTopic: { topic, partitions, config } });
const send = (topic: string, ...messages: readonly Message[]): Promise<unknown> =>
  producer.send({ topic, messages: [...messages] });
async function run(params: Json): Promise<Done> {
  const bench = await openStep(stepType, { brokers: [...server.brokers] });
  const { done } = await bench.run(params);
  await bench.session.close();
  return done;
}
const last = (topic: string, more: Readonly<Record<string, Json>> = {}): Promise<Done> =>
  run({ lastOffsets: { topic, ...more } });
const found = (value: Json) => ({ ok: true, result: { value } });
const nothing = { ok: true, noData: true };

async function transactional(id: string): Promise<Producer> {
  const one = kafka.producer({ transactionalId: id, idempotent: true, maxInFlightRequests: 1 });
  await one.connect();
  return one;
}

describe('the last record of a partition', () => {
  it('is not the mark that ends a transaction, nor a record that was taken back or is not yet committed', async () => {
    await create('bought');
    const [first, second] = await Promise.all([transactional('first'), transactional('second')]);
    const write = async (by: Producer, value: string) => {
      const transaction = await by.transaction();
      await transaction.send({ topic: 'bought', messages: [{ key: 'k', value }] });
      return transaction;
    };
    await (await write(first, 'kept')).commit();
    // The coordinator answers before the mark is in the log.
    await expect.poll(() => last('bought')).toMatchObject(found({ '0': '0' }));
    await (await write(first, 'taken back')).abort();
    expect(await last('bought')).toMatchObject(found({ '0': '0' }));
    // Two transactions side by side, the later one taken back first.
    const [open, other] = [await write(first, 'open'), await write(second, 'other')];
    await other.abort();
    expect(await last('bought')).toMatchObject(found({ '0': '0' }));
    expect(await last('bought', { byKey: true })).toMatchObject(found({ k: '0' }));
    await open.abort();
    expect(await last('bought')).toMatchObject(found({ '0': '0' }));
    expect(await run({ consume: { topic: 'bought', count: 10 } })).toMatchObject(found([{ offset: '0', value: 'kept' }]));
    await Promise.all([first.disconnect(), second.disconnect()]);
  });

  it('is found behind more aborted records than the first look back takes in', async () => {
    await create('regretted');
    await send('regretted', { key: 'k', value: 'kept' });
    const one = await transactional('regret');
    const transaction = await one.transaction();
    for (let batch = 0; batch < 50; batch += 1)
      await transaction.send({ topic: 'regretted', messages: Array.from({ length: 10 }, () => ({ value: 'x' })) });
    await transaction.abort();
    await one.disconnect();
    expect(await last('regretted')).toMatchObject(found({ '0': '0' }));
    expect(await last('regretted', { scan: 100 })).toMatchObject({ ok: false, code: 'scan' });
    expect(await run({ consume: { topic: 'regretted', count: 2 } })).toMatchObject(found([{ value: 'kept' }]));
  });

  it('is no data where all are deleted or none ever was, and names such partitions beside others', async () => {
    await create('emptied');
    await send('emptied', { key: 'k', value: '1' }, { key: 'k', value: '2' });
    await run({ deleteRecords: { topic: 'emptied', before: { 0: 2 } } });
    for (const more of [{}, { byKey: true }, { key: 'k' }]) expect(await last('emptied', more)).toMatchObject(nothing);
    expect(await run({ consume: { topic: 'emptied', count: 1 } })).toMatchObject(nothing);
    await create('halfEmpty', 2);
    expect(await last('halfEmpty')).toMatchObject(nothing);
    await send('halfEmpty', { partition: 1, value: 'x' });
    expect(await last('halfEmpty')).toMatchObject({ ok: true, result: { value: { '1': '0' }, empty: ['0'] } });
  });

  it('is found in a compacted log', async () => {
    await create('compacted', 1, {
      'cleanup.policy': 'compact',
      'min.cleanable.dirty.ratio': '0.001',
      'segment.ms': '100',
      'max.compaction.lag.ms': '100',
    });
    for (let n = 0; n < 40; n += 1) await send('compacted', { key: `k${String(n % 2)}`, value: String(n) });
    expect(await last('compacted')).toMatchObject(found({ '0': '39' }));
    expect(await last('compacted', { byKey: true })).toMatchObject(found({ k0: '38', k1: '39' }));
  });
});

describe('keys', () => {
  const long = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(value));
    return bytes;
  };

  it('of different bytes are different entries, in hexadecimal where they are not text', async () => {
    await create('longs');
    await send('longs', ...[128, 129, 130, 65].map((one) => ({ key: long(one), value: String(one) })), {
      key: 'hex:00',
      value: 'text',
    });
    const byKey = {
      'hex:0000000000000080': '0',
      'hex:0000000000000081': '1',
      'hex:0000000000000082': '2',
      '\0\0\0\0\0\0\0A': '3',
      // A text of this form is shown in hexadecimal too, or it could be taken for the byte 0.
      'hex:6865783a3030': '4',
    };
    expect(await last('longs', { byKey: true })).toMatchObject({ ok: true, result: { value: byKey, complete: true } });
    for (const [key, offset] of Object.entries(byKey)) expect(await last('longs', { key })).toMatchObject(found(offset));
    expect(await last('longs', { key: 'hex:00' })).toMatchObject(nothing);
    expect(await last('longs', { key: 'hex:0' })).toMatchObject({ ok: false, code: 'key' });
    expect(await last('longs', { byKey: true, scan: 2 })).toMatchObject({ ok: true, result: { complete: false } });
  });
});

describe('values', () => {
  const written = [
    '{"id": 9007199254740993, "price": 1.10}',
    '9007199254740993',
    '007',
    'null',
    null,
    '1.10',
    'hello',
    '',
    'true',
    '5',
  ];

  it('are data where that loses nothing, and a tombstone is not the text null', async () => {
    await create('mixed');
    await send('mixed', ...written.map((value) => ({ key: 'k', value })), { key: 'k', value: Buffer.from([0xff, 0, 1]) });
    const done = await run({ consume: { topic: 'mixed', count: 20 } });
    const values = ['', '9007199254740993', '007', null, null, '1.10', 'hello', '', true, 5, 'hex:ff0001'];
    expect(done).toMatchObject(
      found(
        values.map((value, index) => ({
          value: index === 0 ? { id: '9007199254740993', price: 1.1 } : value,
          tombstone: index === 4,
        })),
      ),
    );
    // Exact integers in conditions.
    expect(done.ok && done.int64).toEqual(expect.arrayContaining(['/value/0/value/id', '/value/1/value', '/value/0/offset']));
  });

  it('are exact in the form that is asked for, or a failure that names the record', async () => {
    await create('texts');
    await send('texts', ...written.map((value) => ({ value })));
    const consume = (values: string) => run({ consume: { topic: 'texts', count: 20, values } });
    expect(await consume('text')).toMatchObject(found(written.map((value) => ({ value }))));
    expect(await consume('hex')).toMatchObject(
      found(written.map((value) => ({ value: value === null ? null : Buffer.from(value).toString('hex') }))),
    );
    expect(await consume('json')).toMatchObject({
      ok: false,
      code: 'value-form',
      message: 'the value at texts/0 offset 2 is not JSON',
    });
    await send('texts', { value: Buffer.from([0xff]) });
    expect(await consume('text')).toMatchObject({ ok: false, message: 'the value at texts/0 offset 10 is not UTF-8 text' });
  });
});

describe('one partition', () => {
  it('is read from an offset on, and an offset that it does not have is a failure that names the range', async () => {
    await create('numbered', 2);
    const values = ['a', 'b', 'c', 'd'];
    await send('numbered', ...values.map((value) => ({ value, partition: 1 })), { value: 'other', partition: 0 });
    const read = (more: Readonly<Record<string, Json>>): Promise<Done> =>
      run({ consume: { topic: 'numbered', count: 2, partition: 1, ...more } });
    expect(await read({})).toMatchObject(found([{ value: 'c' }, { value: 'd' }]));
    expect(await read({ from: 'earliest' })).toMatchObject(found([{ value: 'a' }, { value: 'b' }]));
    expect(await read({ offset: '1' })).toMatchObject(
      found([
        { partition: 1, offset: '1', value: 'b' },
        { partition: 1, offset: '2', value: 'c' },
      ]),
    );
    expect(await read({ offset: 3, count: 10 })).toMatchObject(found([{ value: 'd' }]));
    expect(await read({ offset: 4 })).toMatchObject(nothing);
    expect(await read({ offset: 5 })).toMatchObject({ ok: false, code: 'out-of-range' });
    expect(await read({ partition: 2 })).toMatchObject({ ok: false, code: 'no-partition' });
  });
});

describe('compressed logs', () => {
  // The broker itself compresses what it is sent, as the Java client does.
  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('are read where the broker keeps them as %s', async (codec) => {
    const topic = `packed-${codec}`;
    await create(topic, 1, { 'compression.type': codec });
    const values = Array.from({ length: 300 }, (_, n) => JSON.stringify({ n, text: 'order of a customer '.repeat(n) }));
    await send(topic, ...values.map((value, n) => ({ key: `k${String(n % 3)}`, value })));
    expect(await run({ consume: { topic, count: 300, values: 'text' } })).toMatchObject(
      found(values.map((value, n) => ({ offset: String(n), value }))),
    );
    expect(await last(topic, { byKey: true })).toMatchObject(found({ k0: '297', k1: '298', k2: '299' }));
  });

  it('are read batch by batch where a megabyte of them fills more than the memory that is set aside', async () => {
    await create('blank', 1, { 'compression.type': 'zstd' });
    const value = Buffer.alloc(900_000, ' ');
    for (let n = 0; n < 80; n += 1) await send('blank', { key: 'k', value });
    expect(await last('blank', { key: 'k' })).toMatchObject({ ok: true, result: { value: '79' } });
  });
});
