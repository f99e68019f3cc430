/** The driver reads gzip alone, and without a bound: it is given all that Kafka's clients write, each with the bound of its answer. */
import type { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { promisify } from 'node:util';
import type { ZlibOptions } from 'node:zlib';
import { unzip } from 'node:zlib';
import { DamagedRecords } from './back-reference.ts';
import { budgetLeft, spend, UnpackedTooLarge } from './budget.ts';
import { unpackLz4 } from './lz4.ts';
import { unpackSnappy } from './snappy.ts';
import { unpackZstd } from './zstd.ts';

export type Unpack = (packed: Buffer) => Buffer | Promise<Buffer>;

export const unpackers = {
  gzip: unpackGzip,
  snappy: (packed: Buffer) => unpackSnappy(packed, spend),
  lz4: (packed: Buffer) => unpackLz4(packed, spend),
  zstd: (packed: Buffer) => unpackZstd(packed, spend),
} as const satisfies Readonly<Record<string, Unpack>>;

/** The registry is the driver's, one for the process; entering the same again changes nothing. */
export function registerCodecs(driver: {
  readonly CompressionCodecs: typeof CompressionCodecs;
  readonly CompressionTypes: typeof CompressionTypes;
}): void {
  const { CompressionCodecs: codecs, CompressionTypes: types } = driver;
  const codec = (unpack: Unpack) => () => ({
    // What we produce is never compressed.
    compress: () => Promise.reject(new Error('records are sent uncompressed')),
    decompress: async (packed: Buffer) => unpack(packed),
  });
  codecs[types.GZIP] = codec(unpackers.gzip);
  codecs[types.Snappy] = codec(unpackers.snappy);
  codecs[types.LZ4] = codec(unpackers.lz4);
  codecs[types.ZSTD] = codec(unpackers.zstd);
}

const unzipped = promisify<Buffer, ZlibOptions, Buffer>(unzip);

async function unpackGzip(packed: Buffer): Promise<Buffer> {
  const text = await unzipped(packed, { maxOutputLength: Math.max(1, budgetLeft()) }).catch((problem: unknown) => {
    if (problem instanceof RangeError) throw new UnpackedTooLarge('compressed records are too large');
    throw new DamagedRecords('the gzip data of a batch are damaged');
  });
  spend(text.length);
  return text;
}
