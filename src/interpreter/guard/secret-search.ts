/** Finds the forms of all secrets in one pass, however many there are: a table of their first four bytes tells where comparing is worth it. */
import { emptyNormal, normalize, settledLength } from './normal-form.ts';
import type { Normal } from './normal-form.ts';
import { longestPiece } from './secret-forms.ts';

/** Begin and end in the text, in bytes. */
export type Range = readonly [from: number, to: number];

export interface Search {
  readonly size: () => number;
  add(forms: readonly Uint8Array[]): void;
  /** In order, without overlaps. */
  find(raw: Uint8Array): readonly Range[];
  /** As find, and from where on the text may be the beginning of a secret that continues in the next piece. */
  findSoFar(raw: Uint8Array): { readonly ranges: readonly Range[]; readonly open: number };
}

const tableBits = 18;
const slot = (gram: number): number => Math.imul(gram, 0x9e3779b1) >>> (32 - tableBits);

export function createSearch(): Search {
  const table = new Uint8Array(1 << tableBits);
  const byGram = new Map<number, Uint8Array[]>();
  /** Beginnings of one to three bytes. */
  const begins = new Set<string>();
  let scratch: Normal = emptyNormal(0);
  const normal = (raw: Uint8Array, whole: boolean): Normal => {
    if (scratch.bytes.length < raw.length) scratch = emptyNormal(raw.length);
    return normalize(raw, whole, scratch);
  };
  const collect = (text: Normal): Range[] => matches(text, table, byGram);
  // What a screen leaves out and what only a file holds are two readings; without terminal sequences they are one.
  const alsoBare = (raw: Uint8Array, ranges: readonly Range[]): readonly Range[] =>
    scratch.sequences ? merged([...ranges, ...collect(normal(raw, false))]) : merged(ranges);
  return {
    size: () => byGram.size,
    add: (forms) => {
      for (const form of forms) {
        const gram = gramAt(form, 0);
        const same = byGram.get(gram) ?? [];
        if (same.some((one) => Buffer.compare(one, form) === 0)) continue;
        byGram.set(gram, [...same, form]);
        table[slot(gram)] = 1;
        for (const length of [1, 2, 3]) begins.add(String.fromCharCode(...form.subarray(0, length)));
      }
    },
    find: (raw) => alsoBare(raw, collect(normal(raw, true))),
    findSoFar: (raw) => {
      const text = normal(raw, true);
      const ranges = collect(text);
      const open = openFrom(raw, text, begins, byGram);
      return { ranges: alsoBare(raw, ranges), open };
    },
  };
}

const gramAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);

function matches(text: Normal, table: Uint8Array, byGram: ReadonlyMap<number, readonly Uint8Array[]>): Range[] {
  const { bytes, length } = text;
  const found: Range[] = [];
  let gram = gramAt(bytes, 0) >>> 8;
  for (let end = 3; end < length; end++) {
    gram = (gram << 8) | (bytes[end] ?? 0);
    if (table[slot(gram)] === 0) continue;
    const at = end - 3;
    let longest = 0;
    for (const form of byGram.get(gram) ?? [])
      if (form.length > longest && at + form.length <= length && startsWith(bytes, at, form, form.length)) longest = form.length;
    if (longest > 0) found.push([text.from[at] ?? 0, text.to[at + longest - 1] ?? 0]);
  }
  return found;
}

function startsWith(bytes: Uint8Array, at: number, form: Uint8Array, length: number): boolean {
  for (let index = 0; index < length; index++) if (bytes[at + index] !== form[index]) return false;
  return true;
}

function openFrom(
  raw: Uint8Array,
  text: Normal,
  begins: ReadonlySet<string>,
  byGram: ReadonlyMap<number, readonly Uint8Array[]>,
): number {
  const length = settledLength(text);
  const unread = Math.min(text.unread, text.high?.from ?? Infinity, length < text.length ? (text.from[length] ?? 0) : raw.length);
  // A line that is complete is shown at once: fewer than four letters before its end are not worth waiting for.
  const least = raw[raw.length - 1] === 0x0a ? 4 : 1;
  for (let at = Math.max(0, length - longestPiece + 1); at <= length - least; at++) {
    const rest = length - at;
    const may =
      rest < 4
        ? begins.has(String.fromCharCode(...text.bytes.subarray(at, length)))
        : (byGram.get(gramAt(text.bytes, at)) ?? []).some((form) => form.length > rest && startsWith(text.bytes, at, form, rest));
    if (may) return Math.min(unread, text.from[at] ?? 0);
  }
  return unread;
}

function merged(ranges: readonly Range[]): readonly Range[] {
  const out: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}
