/** What the sanitizer takes from a text, in UTF-8 bytes: how many there are at a place. Where the text ends within them, the number is inverted (~). */

import { isUnseen, unseenLeads } from './unseen.ts';

const escape = 0x1b;

/** `whole`: also what belongs to a terminal sequence; else only its introducer. */
export function dropped(raw: Uint8Array, at: number, whole: boolean): number {
  const byte = raw[at] ?? 0;
  if (byte === escape) return whole ? sequence(raw, at + 1, at, raw[at + 1]) : 1;
  if (byte < 0x20 || byte === 0x7f) return 1;
  if (byte === 0xc2) return control(raw, at, whole);
  return unseenLeads.has(byte) ? unseen(raw, at) : 0;
}

/** C1: U+0080 to U+009F. */
function control(raw: Uint8Array, at: number, whole: boolean): number {
  const second = raw[at + 1] ?? 0;
  if (second < 0x80 || second > 0x9f) return unseen(raw, at);
  return whole && [0x90, 0x98, 0x9b, 0x9d, 0x9e, 0x9f].includes(second) ? sequence(raw, at + 1, at, second - 0x40) : 2;
}

/** The character that begins at `at`, when nobody sees it. */
function unseen(raw: Uint8Array, at: number): number {
  const byte = raw[at] ?? 0;
  const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  let code = byte & (0x7f >> length);
  for (let next = at + 1; next < at + length; next++) {
    if (next >= raw.length) return ~0;
    const more = raw[next] ?? 0;
    if ((more & 0xc0) !== 0x80) return 0;
    code = code * 64 + (more & 0x3f);
  }
  return isUnseen(code) ? length : 0;
}

/** `kind` stands at `at`; the sequence began at `start`. */
function sequence(raw: Uint8Array, at: number, start: number, kind: number | undefined): number {
  if (kind === undefined) return ~1;
  if (kind === 0x5b) return controlSequence(raw, at + 1, start);
  if ([0x50, 0x58, 0x5d, 0x5e, 0x5f].includes(kind)) return commandString(raw, at + 1, start);
  let end = at;
  while (inRange(raw[end], 0x20, 0x2f)) end++;
  if (end >= raw.length) return ~(end - start);
  return end - start + (inRange(raw[end], 0x30, 0x7e) ? 1 : 0);
}

function controlSequence(raw: Uint8Array, from: number, start: number): number {
  let end = from;
  while (inRange(raw[end], 0x30, 0x3f)) end++;
  while (inRange(raw[end], 0x20, 0x2f)) end++;
  if (end >= raw.length) return ~(end - start);
  return end - start + (inRange(raw[end], 0x40, 0x7e) ? 1 : 0);
}

/** Up to BEL, ST or the next escape. */
function commandString(raw: Uint8Array, from: number, start: number): number {
  for (let end = from; end < raw.length; end++) {
    const byte = raw[end];
    if (byte === 0x07) return end + 1 - start;
    if (byte === 0xc2 && raw[end + 1] === 0x9c) return end + 2 - start;
    if (byte === escape) return end + (raw[end + 1] === 0x5c ? 2 : 0) - start;
  }
  return ~(raw.length - start);
}

const inRange = (byte: number | undefined, low: number, high: number): boolean =>
  byte !== undefined && byte >= low && byte <= high;
