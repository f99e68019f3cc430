/** Compressed records without a broker: small texts by hand, and data that are damaged or larger than they look. */
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DamagedRecords } from './back-reference.ts';
import { answerBytes, budgetLeft, spend, UnpackedTooLarge, withinBudget } from './budget.ts';
import type { Unpack } from './codecs.ts';
import { unpackers } from './codecs.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** "abcabcabcabc": three letters, and nine that stand three back. */
const snappyBlock = '0c 08 616263 15 03';
const samples: Readonly<Record<keyof typeof unpackers, string>> = {
  gzip: gzipSync('abcabcabcabc').toString('hex'),
  snappy: snappyBlock,
  lz4: '04224d18 60 40 82  06000000 35 616263 0300  04000080 63616263 00000000',
  zstd: '28b52ffd 20 0c  61 00 00 616263616263616263616263',
};

const all = Object.entries(unpackers) as readonly [keyof typeof unpackers, Unpack][];

async function endOf(unpack: Unpack, packed: Buffer): Promise<unknown> {
  try {
    return await withinBudget(async () => unpack(packed));
  } catch (problem) {
    return problem;
  }
}

describe('compressed records', () => {
  it.each(all)('of %s are unpacked', async (name, unpack) => {
    const text = (await unpack(hex(samples[name]))).toString();
    expect(text).toBe(name === 'lz4' ? 'abcabcabcabccabc' : 'abcabcabcabc');
  });

  it('of snappy are unpacked in the frame of the Java library, block by block', async () => {
    const frame = hex(`82534e4150505900 00000001 00000001 00000007 ${snappyBlock} 00000007 ${snappyBlock}`);
    expect(unpackers.snappy(frame).toString()).toBe('abc'.repeat(8));
  });

  it('of zstd take no more memory than their text, however large the window they ask for', async () => {
    expect((await unpackers.zstd(hex('28b52ffd 00 a8 090000 61'))).toString()).toBe('a');
  });

  it.each(all)('of %s that are cut or changed are an error, or another text of a bounded size', async (name, unpack) => {
    const whole = hex(samples[name]);
    for (let length = 0; length < whole.length; length += 1)
      expect(await endOf(unpack, whole.subarray(0, length)), String(length)).toBeInstanceOf(Error);
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const packed = Buffer.from(whole);
        for (const [at, byte] of changed) packed[at] = byte;
        const end = await endOf(unpack, packed);
        expect(end instanceof Buffer || end instanceof DamagedRecords || end instanceof UnpackedTooLarge).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['gzip', () => gzipSync(Buffer.alloc(answerBytes + 1))],
    ['snappy', () => hex('ffffffff0f 00 61')],
    // A frame of the smallest blocks that repeat one letter: 64 KiB each from 262 bytes.
    ['lz4', () => Buffer.concat([hex('04224d18 60 40 82'), ...Array.from({ length: 1025 }, lz4Block), hex('00000000')])],
    // 128 KiB each from four bytes.
    [
      'zstd',
      () => Buffer.concat([hex('28b52ffd 00 58'), ...Array.from({ length: 600 }, () => hex('020010 61')), hex('030000 61')]),
    ],
    // Gigabytes that the frame only claims.
    ['zstd', () => hex('28b52ffd a0 ffffffff 090000 61')],
  ] as const)('of %s that grow without measure are refused before they fill the memory', async (name, bomb) => {
    expect(await endOf(unpackers[name], bomb())).toBeInstanceOf(UnpackedTooLarge);
  });

  it('share what one answer may grow to', async () => {
    await withinBudget(async () => {
      unpackers.snappy(hex(snappyBlock));
      await unpackers.gzip(hex(samples.gzip));
      expect(budgetLeft()).toBe(answerBytes - 12 - 12);
      expect(() => {
        spend(answerBytes);
      }).toThrow(UnpackedTooLarge);
    });
    expect(budgetLeft()).toBe(answerBytes);
  });
});

/** One letter, and as many more as a block may hold. */
function lz4Block(): Buffer {
  const block = Buffer.concat([hex('1f 61 0100'), Buffer.alloc(256, 255), hex('eb 00')]);
  return Buffer.concat([hex('00000000'), block]).fill(sizeOf(block), 0, 4);
}

function sizeOf(block: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(block.length);
  return size;
}
