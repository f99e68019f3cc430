/**
 * The door to every file: known secrets are replaced wherever they occur, however they are quoted or encoded. A secret shorter than six characters is
 * refused: masking it would blank half of every text.
 */
import type { Json } from '../core/model/value.ts';
import { mask } from '../core/model/value.ts';
import { createCutEnds } from './cut-ends.ts';
import { formsOf, normalOf, shortestForm } from './secret-forms.ts';
import { createSearch } from './secret-search.ts';
import type { Range } from './regions.ts';
import type { Search } from './secret-search.ts';

export const shortestSecret = 6;

/** Why a secret of this text is refused; undefined when it can be masked. */
export function unmaskable(secret: string): string | undefined {
  if (secret.length >= shortestSecret && normalOf(secret).length >= shortestForm) return undefined;
  return secret.length < shortestSecret
    ? `is shorter than ${String(shortestSecret)} characters and could not be masked`
    : 'has too few letters and digits to be masked';
}

export interface Redactor {
  /** Returns false when the secret is too short to be masked. */
  add(name: string, secret: string): boolean;
  text(text: string): string;
  /** The data with masks, and the pointers of the leaves that were changed. */
  json(data: Json): { readonly json: Json; readonly masked: readonly string[] };
  /** For output that arrives in pieces: keeps back what could be the beginning of a secret. */
  stream(): RedactedStream;
}

export interface RedactedStream {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

export function createRedactor(): Redactor {
  const search = createSearch();
  const cutEnds = createCutEnds();
  /** The same secret comes from several places: the vault, targets, results. */
  const known = new Set<string>();
  const whole = (value: string): string => {
    const bytes = Buffer.from(value);
    if (bytes.length <= block) {
      const ranges = search.find(bytes);
      return ranges.length === 0 ? value : masked(bytes, ranges).toString();
    }
    const stream = openStream(search);
    return Buffer.concat([stream.push(bytes), stream.end()]).toString();
  };
  const text = (value: string): string => {
    if (search.size() === 0 || value.length < 4) return value;
    const clean = whole(value);
    if (!clean.includes('…')) return clean;
    const bytes = Buffer.from(clean);
    return masked(bytes, cutEnds.find(bytes)).toString();
  };
  return {
    add: (_name, secret) => {
      if (known.has(secret)) return true;
      if (unmaskable(secret) !== undefined) return false;
      known.add(secret);
      search.add(formsOf(secret));
      cutEnds.add(secret);
      return true;
    },
    text,
    json: (data) => (search.size() === 0 ? { json: data, masked: [] } : maskedJson(data, text)),
    stream: () => openStream(search),
  };
}

/** Keys and numbers are masked as texts are. */
function maskedJson(data: Json, text: (value: string) => string): { readonly json: Json; readonly masked: readonly string[] } {
  const masked: string[] = [];
  const leaf = (value: string | number, pointer: string): Json => {
    const out = text(String(value));
    if (out === String(value)) return value;
    masked.push(pointer);
    return out;
  };
  const visit = (value: Json, pointer: string): Json => {
    if (typeof value === 'string' || typeof value === 'number') return leaf(value, pointer);
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) {
      const list = value as readonly Json[];
      if (isSpelledOut(list, text)) {
        masked.push(pointer);
        return mask;
      }
      return list.map((one, index) => visit(one, `${pointer}/${String(index)}`));
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => {
        const key = text(name);
        const place = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const before = masked.length;
        const out = visit(one, place);
        if (key !== name && masked.length === before) masked.push(place);
        return [key, out];
      }),
    );
  };
  return { json: visit(data, ''), masked };
}

/** A secret as the list of its bytes or of its letters: no member is one. */
function isSpelledOut(list: readonly Json[], text: (value: string) => string): boolean {
  if (list.length < shortestSecret || list.length > longestSpelled) return false;
  const isBytes = list.every((one) => typeof one === 'number');
  if (!isBytes && !list.every((one) => typeof one === 'string' && one.length <= 2)) return false;
  const whole = list.join(isBytes ? ',' : '');
  return text(whole) !== whole;
}

/** Of a secret that is spelled out, members. */
const longestSpelled = 4096;

function masked(bytes: Buffer, ranges: readonly Range[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    parts.push(bytes.subarray(at, from), Buffer.from(mask));
    at = to;
  }
  return Buffer.concat([...parts, bytes.subarray(at)]);
}

/** Bytes that are read at once. */
const block = 64 * 1024;
/** Most bytes that are kept back: what has no end in sight is let go. */
const longestWait = 1024;

function openStream(search: Search): RedactedStream {
  let kept: Buffer = Buffer.alloc(0);
  /** So many of the kept bytes stand behind a mask already. */
  let covered = 0;
  const work = (bytes: Buffer, all: boolean): Buffer => {
    const { ranges, open } = search.findSoFar(bytes);
    const cut = all ? bytes.length : Math.max(open, bytes.length - longestWait);
    const parts: Buffer[] = [];
    let at = covered;
    for (const [from, to] of ranges) {
      if (from >= cut) break;
      if (from > at) parts.push(bytes.subarray(at, from));
      if (from > at || at === 0) parts.push(Buffer.from(mask));
      at = Math.max(at, to);
    }
    if (at < cut) parts.push(bytes.subarray(at, cut));
    covered = Math.max(0, at - cut);
    kept = bytes.subarray(cut);
    return Buffer.concat(parts);
  };
  return {
    push: (chunk) => {
      if (search.size() === 0 && kept.length === 0) return chunk;
      const parts: Buffer[] = [];
      for (let at = 0; at < chunk.length; at += block) {
        const piece = chunk.subarray(at, at + block);
        parts.push(work(kept.length === 0 ? piece : Buffer.concat([kept, piece]), false));
      }
      return parts.length === 1 ? (parts[0] ?? chunk) : Buffer.concat(parts);
    },
    end: () => work(kept, true),
  };
}
