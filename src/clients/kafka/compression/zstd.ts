/** Zstandard by fzstd, which has no bounds of its own: the frame is measured before it is given to it. Format: RFC 8878. */
import { assertWhole } from './back-reference.ts';
import { UnpackedTooLarge } from './budget.ts';

const frameMagic = 0xfd2fb528;
const rle = 1;
const reserved = 3;
/** What a block holds at most. */
const blockBytes = 131_072;
/** The largest that the program `zstd` reads by itself; level 22 writes it, whatever the size of the text. */
const windowBytes = 128 * 1_048_576;

/** `spend` is told of each block's size, and may throw. */
export async function unpackZstd(packed: Buffer, spend: (bytes: number) => void): Promise<Buffer> {
  const header = headerOf(packed);
  const { end, most } = blocksOf(packed, header.start);
  assertWhole(end + (header.hasSum ? 4 : 0) === packed.length, 'zstd');
  const frame = withWindow(packed, header, most);
  const { Decompress } = await import('fzstd');
  const parts: Uint8Array[] = [];
  const one = new Decompress((part) => {
    spend(part.length);
    parts.push(part);
  });
  try {
    one.push(frame, true);
  } catch (problem) {
    // Whatever the library stumbles over is in the data.
    assertWhole(problem instanceof UnpackedTooLarge, 'zstd');
    throw problem;
  }
  return Buffer.concat(parts);
}

interface Header {
  readonly window: number;
  /** The window is the whole text, and not written down. */
  readonly isWhole: boolean;
  readonly start: number;
  readonly hasSum: boolean;
}

function headerOf(packed: Buffer): Header {
  assertWhole(packed.length >= 6 && packed.readUInt32LE(0) === frameMagic, 'zstd');
  const flags = packed[4] ?? 0;
  const isWhole = (flags & 32) !== 0;
  // Neither a dictionary that only the writer has, nor bits that mean nothing yet.
  assertWhole((flags & 0b1011) === 0, 'zstd');
  const sizeCode = flags >> 6;
  const sizeBytes = sizeCode === 0 ? (isWhole ? 1 : 0) : 2 ** sizeCode;
  const sizeAt = isWhole ? 5 : 6;
  assertWhole(sizeAt + sizeBytes <= packed.length, 'zstd');
  const window = isWhole ? contentSize(packed.subarray(sizeAt, sizeAt + sizeBytes)) : windowSize(packed[5] ?? 0);
  return { window, isWhole, start: sizeAt + sizeBytes, hasSum: (flags & 4) !== 0 };
}

const contentSize = (bytes: Buffer): number =>
  bytes.length === 8 ? Number(bytes.readBigUInt64LE()) : bytes.readUIntLE(0, bytes.length) + (bytes.length === 2 ? 256 : 0);

const windowSize = (byte: number): number => 2 ** (10 + (byte >> 3)) * (1 + (byte & 7) / 8);

/** `most`: bytes that they unpack to at most. */
function blocksOf(packed: Buffer, start: number): { readonly end: number; readonly most: number } {
  for (let [at, most] = [start, 0]; ;) {
    assertWhole(at + 3 <= packed.length, 'zstd');
    const block = packed.readUIntLE(at, 3);
    const [type, size] = [(block >> 1) & 3, block >> 3];
    assertWhole(type !== reserved, 'zstd');
    at += 3 + (type === rle ? 1 : size);
    most += blockBytes;
    assertWhole(at <= packed.length, 'zstd');
    if ((block & 1) === 1) return { end: at, most };
  }
}

/** The library makes the window at once and moves all of it for each block: it need not be larger than the text. */
function withWindow(packed: Buffer, { window, isWhole }: Header, most: number): Buffer {
  const power = Math.ceil(Math.log2(most));
  if (!isWhole && 2 ** power < window) {
    const frame = Buffer.from(packed);
    frame[5] = (power - 10) << 3;
    return frame;
  }
  if (window > windowBytes) throw new UnpackedTooLarge(`a zstd window of ${String(window)} bytes`);
  return packed;
}
