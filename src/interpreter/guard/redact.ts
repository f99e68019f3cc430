/**
 * The door to every file: known secrets are replaced wherever they stand, in the forms in which they usually travel (T16). A secret shorter than six
 * characters is refused: masking it would blank half of every text.
 */
import type { Json } from '../core/model/value.ts';

export const mask = '***';
const shortest = 6;

export interface Redactor {
  /** Returns false when the secret is too short to be masked. */
  add(name: string, secret: string): boolean;
  text(text: string): string;
  /** The data with masks, and the pointers of the leaves that were changed. */
  json(data: Json): { readonly json: Json; readonly masked: readonly string[] };
  /** For output that arrives in pieces: keeps back what could be the beginning of a secret. */
  stream(): { push(chunk: Buffer): Buffer; end(): Buffer };
}

export function createRedactor(): Redactor {
  const forms = new Set<string>();
  let ordered: readonly string[] = [];
  const text = (value: string): string =>
    ordered.reduce((out, form) => (out.includes(form) ? out.replaceAll(form, mask) : out), value);
  const redactor: Redactor = {
    add: (_name, secret) => {
      if (secret.length < shortest) return false;
      for (const form of variants(secret)) if (form.length >= shortest) forms.add(form);
      ordered = [...forms].sort((a, b) => b.length - a.length);
      return true;
    },
    text,
    json: (data) => {
      const masked: string[] = [];
      const visit = (value: Json, pointer: string): Json => {
        if (typeof value === 'string') {
          const out = text(value);
          if (out !== value) masked.push(pointer);
          return out;
        }
        if (value === null || typeof value !== 'object') return value;
        if (Array.isArray(value)) return value.map((one: Json, index) => visit(one, `${pointer}/${String(index)}`));
        return Object.fromEntries(
          Object.entries(value).map(([key, one]) => [
            text(key),
            visit(one, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
          ]),
        );
      };
      return ordered.length === 0 ? { json: data, masked } : { json: visit(data, ''), masked };
    },
    stream: () => stream(() => ordered),
  };
  return redactor;
}

/** Raw, trimmed, JSON, URL, shell-quoted, HTML, hexadecimal, base64 at three offsets, and each long line of several. */
function variants(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= 8);
  const base = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(offset === 0 ? 0 : offset + 1, text.length - ((bytes.length + offset) % 3 === 0 ? 0 : 1));
  });
  return [
    secret,
    secret.trim(),
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    secret.replaceAll("'", `'\\''`),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base,
    ...base.map((one) => one.replaceAll('+', '-').replaceAll('/', '_')),
    ...lines,
  ];
}

function stream(ordered: () => readonly string[]): { push(chunk: Buffer): Buffer; end(): Buffer } {
  let kept: Buffer = Buffer.alloc(0);
  const work = (bytes: Buffer, all: boolean): Buffer => {
    const forms = ordered().map((form) => Buffer.from(form, 'utf8'));
    if (forms.length === 0) {
      kept = Buffer.alloc(0);
      return bytes;
    }
    const cut = all ? bytes.length : safeCut(bytes, forms);
    kept = bytes.subarray(cut);
    return replaceAll(bytes.subarray(0, cut), forms);
  };
  return {
    push: (chunk) => work(kept.length === 0 ? chunk : Buffer.concat([kept, chunk]), false),
    end: () => work(kept, true),
  };
}

function replaceAll(bytes: Buffer, forms: readonly Buffer[]): Buffer {
  let out = bytes;
  for (const form of forms) {
    const parts: Buffer[] = [];
    let from = 0;
    for (let at = out.indexOf(form); at >= 0; at = out.indexOf(form, from)) {
      parts.push(out.subarray(from, at), Buffer.from(mask));
      from = at + form.length;
    }
    if (parts.length > 0) out = Buffer.concat([...parts, out.subarray(from)]);
  }
  return out;
}

/** Up to here nothing can change any more: no secret may begin before it and end behind it, also one that goes on where a shorter one ended. */
function safeCut(bytes: Buffer, forms: readonly Buffer[]): number {
  let cut = bytes.length - keepBack(bytes, forms);
  for (let moved = true; moved;) {
    moved = false;
    for (const form of forms) {
      const at = bytes.indexOf(form, Math.max(0, cut - form.length + 1));
      if (at < 0 || at >= cut) continue;
      cut = at;
      moved = true;
    }
  }
  return cut;
}

/** Length of the longest end of the bytes that is the beginning of a secret. */
function keepBack(bytes: Buffer, forms: readonly Buffer[]): number {
  let longest = 0;
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, bytes.length); length > longest; length--) {
      if (bytes.subarray(bytes.length - length).equals(form.subarray(0, length))) longest = length;
    }
  }
  return longest;
}
