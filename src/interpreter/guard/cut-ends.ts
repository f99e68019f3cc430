/**
 * A text that was shortened may end within a secret, and a part of it is not found as a secret. Whatever shortens a text leaves an ellipsis there
 * (port/text.ts), so what stands beside one is compared with all parts of all secrets.
 */
import { emptyNormal, normalize } from './normal-form.ts';
import type { Normal } from './normal-form.ts';
import type { Range } from './regions.ts';
import { gramAt, merged } from './regions.ts';
import { normalOf } from './secret-forms.ts';

/** Fewer letters of a secret tell nobody anything, and would be found beside many a cut. */
const shortestPart = 5;
/** Bytes beside a cut that are compared. */
const reach = 256;
const ellipsis = Buffer.from('…');

export interface CutEnds {
  add(secret: string): void;
  /** Parts of secrets that stand directly before or behind an ellipsis, in order and without overlaps. */
  find(raw: Buffer): readonly Range[];
}

export function createCutEnds(): CutEnds {
  /** Four bytes -> where they are in a secret: most cuts are told to be harmless by one look. */
  const places = new Map<number, { readonly secret: Uint8Array; readonly at: number }[]>();
  const scratch = emptyNormal(reach);
  const readAside = (raw: Uint8Array): Normal => normalize(raw, true, scratch);
  const longest = (text: Normal, direction: 'back' | 'on'): number => {
    const at = direction === 'back' ? text.length - 4 : 0;
    if (text.length < shortestPart) return 0;
    return Math.max(0, ...(places.get(gramAt(text.bytes, at)) ?? []).map((place) => shared(text, place, direction)));
  };
  return {
    add: (secret) => {
      const form = normalOf(secret);
      for (let at = 0; at + 4 <= form.length; at++) {
        const gram = gramAt(form, at);
        const place = { secret: form, at };
        const same = places.get(gram);
        if (same === undefined) places.set(gram, [place]);
        else same.push(place);
      }
    },
    find: (raw) => {
      const found: Range[] = [];
      if (places.size === 0) return found;
      for (let at = raw.indexOf(ellipsis); at >= 0; at = raw.indexOf(ellipsis, at + 1)) {
        // Of an output whose middle is missing: […]
        const bracket = raw[at - 1] === 0x5b ? 1 : 0;
        const cut = at - bracket;
        const start = Math.max(0, cut - reach);
        const left = readAside(raw.subarray(start, cut));
        const before = longest(left, 'back');
        if (before >= shortestPart)
          found.push([start + (left.from[left.length - before] ?? 0), start + (left.to[left.length - 1] ?? 0)]);
        const end = at + ellipsis.length + bracket;
        const right = readAside(raw.subarray(end, end + reach));
        const behind = longest(right, 'on');
        if (behind >= shortestPart) found.push([end + (right.from[0] ?? 0), end + (right.to[behind - 1] ?? 0)]);
      }
      return merged(found);
    },
  };
}

/** How many bytes the text has in common with the secret, from its end backwards or from its begin on. */
function shared(
  text: Normal,
  { secret, at }: { readonly secret: Uint8Array; readonly at: number },
  direction: 'back' | 'on',
): number {
  let bytes = 4;
  if (direction === 'on')
    while (at + bytes < secret.length && bytes < text.length && secret[at + bytes] === text.bytes[bytes]) bytes++;
  else
    while (at + 3 - bytes >= 0 && bytes < text.length && secret[at + 3 - bytes] === text.bytes[text.length - 1 - bytes]) bytes++;
  return bytes;
}
