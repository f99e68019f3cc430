/**
 * LZ4 frames. The checksums inside are passed over: the broker has checked that of the whole batch.
 * Format: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
import { assertWhole, repeat } from './back-reference.ts';

const frameMagic = 0x184d2204;
const stored = 0x80000000;

interface Header {
  readonly start: number;
  readonly blockBytes: number;
  readonly blockSum: boolean;
}

/** Grows by doubling; a block may refer to the blocks before it. */
interface Text {
  out: Buffer;
  made: number;
}

/** `spend` is told of each block's size before the text is kept, and may throw. */
export function unpackLz4(packed: Buffer, spend: (bytes: number) => void): Buffer {
  const { start, blockBytes, blockSum } = headerOf(packed);
  const text: Text = { out: Buffer.allocUnsafe(blockBytes), made: 0 };
  for (let at = start; ;) {
    assertWhole(at + 4 <= packed.length, 'lz4');
    const mark = packed.readUInt32LE(at);
    if (mark === 0) return text.out.subarray(0, text.made);
    const length = mark >= stored ? mark - stored : mark;
    at += 4;
    assertWhole(at + length <= packed.length, 'lz4');
    const block = packed.subarray(at, at + length);
    const before = text.made;
    makeRoom(text, blockBytes);
    if (mark >= stored) keep(text, block, before + blockBytes);
    else unpackBlock(block, text, before + blockBytes);
    spend(text.made - before);
    at += length + (blockSum ? 4 : 0);
  }
}

function headerOf(packed: Buffer): Header {
  assertWhole(packed.length >= 7 && packed.readUInt32LE(0) === frameMagic, 'lz4');
  const [flags = 0, sizes = 0] = packed.subarray(4, 6);
  const code = (sizes >> 4) & 7;
  // Neither another version nor a dictionary that only the writer has.
  assertWhole(flags >> 6 === 1 && (flags & 1) === 0 && code >= 4, 'lz4');
  const contentSize = (flags & 8) === 0 ? 0 : 8;
  return { start: 7 + contentSize, blockBytes: 2 ** (8 + 2 * code), blockSum: (flags & 16) !== 0 };
}

function makeRoom(text: Text, bytes: number): void {
  if (text.made + bytes <= text.out.length) return;
  const larger = Buffer.allocUnsafe(Math.max(text.made + bytes, 2 * text.out.length));
  text.out.copy(larger, 0, 0, text.made);
  text.out = larger;
}

function keep(text: Text, part: Buffer, limit: number): void {
  assertWhole(text.made + part.length <= limit, 'lz4');
  part.copy(text.out, text.made);
  text.made += part.length;
}

/** Sequences of text and a repetition; the last one is text only. */
function unpackBlock(block: Buffer, text: Text, limit: number): void {
  let at = 0;
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (let byte = 255; byte === 255; at += 1) {
      assertWhole(at < block.length, 'lz4');
      byte = block[at] ?? 0;
      length += byte;
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at] ?? 0;
    at += 1;
    const literal = lengthFrom(token >> 4);
    assertWhole(at + literal <= block.length, 'lz4');
    keep(text, block.subarray(at, at + literal), limit);
    at += literal;
    if (at === block.length) return;
    assertWhole(at + 2 <= block.length, 'lz4');
    const distance = block.readUInt16LE(at);
    at += 2;
    const length = 4 + lengthFrom(token & 15);
    assertWhole(distance > 0 && distance <= text.made && text.made + length <= limit, 'lz4');
    repeat(text.out, text.made, distance, length);
    text.made += length;
  }
}
