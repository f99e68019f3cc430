/** SHA-256 without node: the sandbox of a workflow has no crypto. Of a text the hash of its UTF-8, in hexadecimal, as `hashOf` of plan/hash. */
import type { Sha } from '../../interpreter/core/model/value.ts';

const rounds = roundConstants();

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of the first eight. */
function roundConstants(): { readonly k: Int32Array; readonly start: readonly number[] } {
  const k = new Int32Array(64);
  const start: number[] = [];
  const fraction = (root: number): number => ((root - Math.floor(root)) * 0x1_0000_0000) | 0;
  let found = 0;
  for (let candidate = 2; found < 64; candidate += 1) {
    if (hasDivisor(candidate)) continue;
    if (found < 8) start.push(fraction(Math.sqrt(candidate)));
    k[found] = fraction(Math.cbrt(candidate));
    found += 1;
  }
  return { k, start };
}

function hasDivisor(candidate: number): boolean {
  for (let one = 2; one * one <= candidate; one += 1) if (candidate % one === 0) return true;
  return false;
}

export function hashOf(text: string): Sha {
  const blocks = padded(new TextEncoder().encode(text));
  const state = Int32Array.from(rounds.start);
  const w = new Int32Array(64);
  for (let at = 0; at < blocks.length; at += 16) digestBlock(state, blocks, at, w);
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Big-endian words with the end mark and the length in bits. */
function padded(bytes: Uint8Array): Int32Array {
  const words = new Int32Array(((bytes.length + 72) >>> 6) << 4);
  for (let index = 0; index < bytes.length; index += 1)
    words[index >>> 2] = (words[index >>> 2] ?? 0) | ((bytes[index] ?? 0) << (24 - (index & 3) * 8));
  const end = bytes.length;
  words[end >>> 2] = (words[end >>> 2] ?? 0) | (0x80 << (24 - (end & 3) * 8));
  words[words.length - 2] = Math.floor(end / 0x2000_0000);
  words[words.length - 1] = end << 3;
  return words;
}

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

function digestBlock(state: Int32Array, blocks: Int32Array, at: number, w: Int32Array): void {
  for (let i = 0; i < 16; i += 1) w[i] = blocks[at + i] ?? 0;
  for (let i = 16; i < 64; i += 1) {
    const [early, late] = [w[i - 15] ?? 0, w[i - 2] ?? 0];
    const s0 = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const s1 = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    w[i] = ((w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i += 1) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (rounds.k[i] ?? 0) + (w[i] ?? 0)) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] = ((state[index] ?? 0) + word) | 0));
}
