/**
 * Snappy as Kafka's clients write it: blocks in the frame of the Java library, or one block without a frame (librdkafka, Go).
 * Format: https://github.com/google/snappy/blob/main/format_description.txt
 */
import { assertWhole, DamagedRecords, repeat } from './back-reference.ts';

const frameMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
/** The magic, a version and the oldest version that can read it. */
const frameHeader = 16;

/** `spend` is told of each block's size before the block is made, and may throw. */
export function unpackSnappy(packed: Buffer, spend: (bytes: number) => void): Buffer {
  if (!packed.subarray(0, frameMagic.length).equals(frameMagic)) return unpackBlock(packed, spend);
  const blocks: Buffer[] = [];
  for (let at = frameHeader; at < packed.length;) {
    assertWhole(at + 4 <= packed.length, 'snappy');
    const length = packed.readUInt32BE(at);
    assertWhole(at + 4 + length <= packed.length, 'snappy');
    blocks.push(unpackBlock(packed.subarray(at + 4, at + 4 + length), spend));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

function unpackBlock(block: Buffer, spend: (bytes: number) => void): Buffer {
  const { size, start } = sizeOf(block);
  spend(size);
  const out = Buffer.allocUnsafe(size);
  let [at, made] = [start, 0];
  while (at < block.length) {
    const { length, distance, next } = elementAt(block, at);
    assertWhole(made + length <= size, 'snappy');
    if (distance === 0) {
      assertWhole(next + length <= block.length, 'snappy');
      block.copy(out, made, next, next + length);
      at = next + length;
    } else {
      assertWhole(distance <= made, 'snappy');
      repeat(out, made, distance, length);
      at = next;
    }
    made += length;
  }
  assertWhole(made === size, 'snappy');
  return out;
}

/** The size of the text comes first, seven bits a byte, the lowest first. */
function sizeOf(block: Buffer): { readonly size: number; readonly start: number } {
  let size = 0;
  for (let at = 0; at < 5; at += 1) {
    const byte = block[at];
    assertWhole(byte !== undefined, 'snappy');
    size += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { size, start: at + 1 };
  }
  throw new DamagedRecords('the snappy data of a batch have no size');
}

interface Element {
  readonly length: number;
  /** 0: the text itself follows at `next`. */
  readonly distance: number;
  readonly next: number;
}

function elementAt(block: Buffer, at: number): Element {
  const tag = block[at] ?? 0;
  const little = (bytes: number): number => {
    assertWhole(at + 1 + bytes <= block.length, 'snappy');
    return block.readUIntLE(at + 1, bytes);
  };
  const copied = (length: number, distance: number, bytes: number): Element => {
    assertWhole(distance > 0, 'snappy');
    return { length, distance, next: at + 1 + bytes };
  };
  switch (tag & 3) {
    case 0: {
      const short = tag >> 2;
      const bytes = Math.max(0, short - 59);
      return { length: (bytes === 0 ? short : little(bytes)) + 1, distance: 0, next: at + 1 + bytes };
    }
    case 1:
      return copied(4 + ((tag >> 2) & 7), ((tag >> 5) << 8) + little(1), 1);
    case 2:
      return copied(1 + (tag >> 2), little(2), 2);
    default:
      return copied(1 + (tag >> 2), little(4), 4);
  }
}
