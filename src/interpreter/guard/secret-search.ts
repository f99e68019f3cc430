/** Finds the forms of all secrets in one pass, however many there are: a table of their first four bytes tells where comparing is worth it. */
import { emptyNormal, normalize, settledLength } from './normal-form.ts';
import type { Normal } from './normal-form.ts';
import type { Forms, Range } from './regions.ts';
import { createForms, gramAt, merged, regionsOf } from './regions.ts';
import { longestPiece } from './secret-forms.ts';

export interface Search {
  readonly size: () => number;
  add(forms: readonly Uint8Array[]): void;
  /** In order, without overlaps. */
  find(raw: Uint8Array): readonly Range[];
  /** As find, and from where on the text may be the beginning of a secret that continues in the next piece. */
  findSoFar(raw: Uint8Array): { readonly ranges: readonly Range[]; readonly open: number };
}

export function createSearch(): Search {
  const forms = createForms();
  /** Beginnings of one to three bytes. */
  const begins = new Set<number>();
  let scratch: Normal = emptyNormal(0);
  const normal = (raw: Uint8Array, whole: boolean): Normal => {
    if (scratch.bytes.length < raw.length) scratch = emptyNormal(raw.length);
    return normalize(raw, whole, scratch);
  };
  // What a screen leaves out and what only a file holds are two readings; without terminal sequences they are one.
  const within = (raw: Uint8Array, [from]: Range, text: Normal): Range[] => {
    const found = matches(text, forms, from);
    return text.sequences ? [...found, ...matches(normal(raw, false), forms, from)] : found;
  };
  return {
    size: forms.size,
    add: (added) => {
      for (const form of added) {
        forms.add(form);
        for (const length of [1, 2, 3]) begins.add(beginOf(form, 0, length));
      }
    },
    find: (raw) =>
      merged(
        regionsOf(raw, forms, false).flatMap((region) => {
          const part = raw.subarray(...region);
          return within(part, region, normal(part, true));
        }),
      ),
    findSoFar: (raw) => {
      let open = raw.length;
      const ranges = regionsOf(raw, forms, true).flatMap((region) => {
        const part = raw.subarray(...region);
        const text = normal(part, true);
        if (region[1] === raw.length) open = region[0] + openFrom(part, text, begins, forms);
        return within(part, region, text);
      });
      return { ranges: merged(ranges), open };
    },
  };
}

/** `from`: where the text stands in the whole. */
function matches(text: Normal, forms: Forms, from: number): Range[] {
  const { bytes, length } = text;
  const found: Range[] = [];
  let gram = gramAt(bytes, 0) >>> 8;
  for (let end = 3; end < length; end++) {
    gram = (gram << 8) | (bytes[end] ?? 0);
    const candidates = forms.of(gram);
    if (candidates.length === 0) continue;
    const at = end - 3;
    let longest = 0;
    for (const form of candidates)
      if (form.length > longest && at + form.length <= length && startsWith(bytes, at, form, form.length)) longest = form.length;
    if (longest > 0) found.push([from + (text.from[at] ?? 0), from + (text.to[at + longest - 1] ?? 0)]);
  }
  return found;
}

/** One to three bytes and their number, as a number. */
const beginOf = (bytes: Uint8Array, at: number, length: number): number =>
  (gramAt(bytes, at) & (-1 << (32 - 8 * length))) | length;

function startsWith(bytes: Uint8Array, at: number, form: Uint8Array, length: number): boolean {
  for (let index = 0; index < length; index++) if (bytes[at + index] !== form[index]) return false;
  return true;
}

function openFrom(raw: Uint8Array, text: Normal, begins: ReadonlySet<number>, forms: Forms): number {
  const length = settledLength(text);
  const unread = Math.min(text.unread, text.high?.from ?? Infinity, length < text.length ? (text.from[length] ?? 0) : raw.length);
  // A line that is complete is shown at once: fewer than four letters before its end are not worth waiting for.
  const least = raw[raw.length - 1] === 0x0a ? 4 : 1;
  for (let at = Math.max(0, length - longestPiece + 1); at <= length - least; at++) {
    const rest = length - at;
    const may =
      rest < 4
        ? begins.has(beginOf(text.bytes, at, rest))
        : forms.of(gramAt(text.bytes, at)).some((form) => form.length > rest && startsWith(text.bytes, at, form, rest));
    if (may) return Math.min(unread, text.from[at] ?? 0);
  }
  return unread;
}
