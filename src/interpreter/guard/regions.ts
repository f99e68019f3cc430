/**
 * Which parts of a text have to be read in their normal form. Most output holds no escape and no secret: one look at each byte tells, and nothing is
 * copied. A part begins and ends between bytes that stand for themselves, so what is read of it alone is what is read of the whole.
 */
import { plain, plainAfterLook, vanishes } from './normal-form.ts';
import { longestPiece } from './secret-forms.ts';
import { dropped } from './terminal-bytes.ts';

/** Begin and end in the text, in bytes. */
export type Range = readonly [from: number, to: number];

/** The forms that are looked for, by their first four bytes. */
export interface Forms {
  add(form: Uint8Array): void;
  /** Empty for most. */
  of(gram: number): readonly Uint8Array[];
  readonly size: () => number;
  /** A bit for each gram that may have forms: small, because each byte of a text asks. */
  readonly bits: Uint8Array;
}

const bitsShift = 32 - 18;
const mixer = 0x9e3779b1;
const none: readonly Uint8Array[] = [];

export function createForms(): Forms {
  const byGram = new Map<number, Uint8Array[]>();
  const bits = new Uint8Array(1 << 15);
  return {
    bits,
    size: () => byGram.size,
    of: (gram) => (isSet(bits, gram) ? (byGram.get(gram) ?? none) : none),
    add: (form) => {
      const gram = gramAt(form, 0);
      const same = byGram.get(gram);
      if (same === undefined) byGram.set(gram, [form]);
      else same.push(form);
      const bit = bitOf(gram);
      bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
    },
  };
}

const bitOf = (gram: number): number => Math.imul(gram, mixer) >>> bitsShift;

function isSet(bits: Uint8Array, gram: number): boolean {
  const bit = bitOf(gram);
  return ((bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

export const gramAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);

/** A longer terminal sequence, or one without an end, could hide a secret in two parts: then all of the text is read. */
const longestSequence = 32;
/** Bytes that are read before and behind what gives reason: a whole form, an escape, a terminal sequence. */
const before = longestPiece;
const behind = longestPiece + 16 + longestSequence;

/** Bytes: where there are more escapes than one in so many, looking for the next one saves nothing. */
const dense = 64;

/** In order, without overlaps. `withEnd`: also the last bytes, which may be the beginning of a secret. */
export function regionsOf(raw: Uint8Array, forms: Forms, withEnd: boolean): readonly Range[] {
  const regions: [number, number][] = [];
  let first = -1;
  let last = -1;
  let reasons = 0;
  const close = (): void => {
    if (last >= 0) include(regions, [back(raw, first, before), ahead(raw, last, behind)]);
  };
  let place = nextReason(raw, { at: 0, gram: 0 }, forms);
  while (place.at < raw.length) {
    reasons++;
    if (isEndless(raw, place.at) || (reasons > 64 && place.at < reasons * dense)) return [[0, raw.length]];
    if (last < 0 || place.at - last > behind) {
      close();
      first = place.at;
    }
    last = place.at;
    place = nextReason(raw, { at: place.at + 1, gram: place.gram }, forms);
  }
  close();
  if (withEnd) include(regions, [back(raw, raw.length, before), raw.length]);
  return regions;
}

interface Scan {
  readonly at: number;
  /** The last four bytes that stood for themselves. */
  readonly gram: number;
}

/** The next byte that begins an escape, a terminal sequence, or ends the first four bytes of what may be a form. */
function nextReason(raw: Uint8Array, scan: Scan, forms: Forms): Scan {
  const { bits } = forms;
  let { at, gram } = scan;
  for (; at < raw.length; at++) {
    let byte = plain[raw[at] ?? 0] ?? 0;
    if (byte === vanishes) continue;
    if (byte === 0) {
      byte = plainAfterLook(raw, at);
      if (byte === 0) break;
    }
    gram = (gram << 8) | byte;
    if (isSet(bits, gram) && mayFollow(raw, at + 1, forms.of(gram))) break;
  }
  return { at, gram };
}

/** Whether the bytes from here on may be the rest of one of these forms, whose first four bytes stand before. */
function mayFollow(raw: Uint8Array, from: number, forms: readonly Uint8Array[]): boolean {
  for (const form of forms) {
    let at = from;
    let index = 4;
    for (; index < form.length && at < raw.length; at++) {
      const byte = plain[raw[at] ?? 0] ?? 0;
      if (byte === vanishes) continue;
      if (byte === 0) return true;
      if (byte !== form[index]) break;
      index++;
    }
    if (index === form.length || at >= raw.length) return true;
  }
  return false;
}

function isEndless(raw: Uint8Array, at: number): boolean {
  const length = dropped(raw, at, true);
  return length > longestSequence || (length < 0 && raw.length - at > 4);
}

/** Over so many bytes that stand for themselves. */
function back(raw: Uint8Array, at: number, bytes: number): number {
  let from = at;
  for (let left = bytes; from > 0 && left > 0; from--) if ((plain[raw[from - 1] ?? 0] ?? 0) !== vanishes) left--;
  return from;
}

function ahead(raw: Uint8Array, at: number, bytes: number): number {
  let to = at;
  for (let left = bytes; to < raw.length && left > 0; to++) if ((plain[raw[to] ?? 0] ?? 0) !== vanishes) left--;
  return to;
}

/** The begin of a new region is never before that of the last one. */
function include(regions: [number, number][], [from, to]: Range): void {
  const last = regions.at(-1);
  if (last === undefined || from > last[1]) regions.push([from, to]);
  else last[1] = Math.max(last[1], to);
}

/** In order and without overlaps. */
export function merged(ranges: readonly Range[]): readonly Range[] {
  const out: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}
