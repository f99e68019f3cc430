/** Replies arrive in pieces, and several at once; only those to a metadata request are touched, and only the words about leaders. */
import { describe, expect, it } from 'vitest';
import { makeMender } from './metadata-reply.ts';

const int32 = (value: number): Buffer => {
  const made = Buffer.alloc(4);
  made.writeInt32BE(value);
  return made;
};
const int16 = (value: number): Buffer => int32(value).subarray(2);
const text = (value: string): Buffer => Buffer.concat([int16(value.length), Buffer.from(value)]);
const list = (...all: readonly Buffer[]): Buffer => Buffer.concat([int32(all.length), ...all]);
const framed = (...all: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(all);
  return Buffer.concat([int32(body.length), body]);
};

const asked = (key: number, version: number, id: number): Buffer => framed(int16(key), int16(version), int32(id), text('me'));
const partition = (error: number, id: number, leader: number): Buffer =>
  Buffer.concat([int16(error), int32(id), int32(leader), list(int32(1), int32(3)), list(int32(1)), list(int32(3))]);
/** Version 6. */
const reply = (id: number, topicError: number, ...errors: readonly number[]): Buffer =>
  framed(
    int32(id),
    int32(0),
    list(Buffer.concat([int32(1), text('localhost'), int32(9092), int16(-1)])),
    text('cluster'),
    int32(1),
    list(
      Buffer.concat([
        int16(topicError),
        text('orders'),
        Buffer.from([0]),
        list(...errors.map((error, index) => partition(error, index, error === 0 ? 1 : -1))),
      ]),
    ),
  );

function through(chunks: readonly Buffer[], requests: readonly Buffer[]): Buffer {
  const mender = makeMender();
  for (const one of requests) mender.asked(one);
  const out: Buffer[] = [];
  for (const chunk of chunks) mender.came(Buffer.from(chunk), (frame) => out.push(Buffer.from(frame)));
  return Buffer.concat(out);
}

describe('metadata on their way to the driver', () => {
  it('keep their partitions without leaders, and lose the words that would refuse them all', () => {
    const sent = reply(7, 0, 0, 5, 9, 72);
    expect(through([sent], [asked(3, 6, 7)])).toEqual(mendedBy(sent));
    expect(mendedBy(sent)).not.toEqual(sent);
  });

  it('keep what is wrong with a topic, and other errors of partitions', () => {
    expect(through([reply(7, 3, 0)], [asked(3, 6, 7)])).toEqual(reply(7, 3, 0));
    expect(through([reply(7, 0, 29)], [asked(3, 6, 7)])).toEqual(reply(7, 0, 29));
  });

  it('are found in pieces of any size, between other replies, which stay unchanged', () => {
    const other = framed(int32(6), reply(6, 0, 5));
    const all = Buffer.concat([other, reply(7, 0, 5), other]);
    const wanted = Buffer.concat([other, mendedBy(reply(7, 0, 5)), other]);
    for (const size of [1, 3, 7, 64, all.length]) {
      const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.subarray(n * size, (n + 1) * size));
      expect(through(chunks, [asked(1, 6, 6), asked(3, 6, 7)])).toEqual(wanted);
    }
  });

  it('of a layout that is not known stay unchanged', () => {
    expect(through([reply(7, 0, 5)], [asked(3, 9, 7)])).toEqual(reply(7, 0, 5));
  });
});

/** The same reply as a cluster sends it where only the leader is missing: no error, leader -1. */
function mendedBy(frame: Buffer): Buffer {
  const made = Buffer.from(frame);
  const start = made.indexOf('orders') + 'orders'.length + 1 + 4;
  const size = partition(0, 0, 0).length;
  for (let at = start; at < made.length; at += size) made.writeInt16BE(0, at);
  return made;
}
