/** JSON text -> data without losing digits: an integer beyond 2^53 is kept as decimal text, with its pointer beside the data. */
import type { Json } from './value.ts';

/** As `json` and `int64` of a Value. */
export type Mapping = Readonly<Record<string, Json>>;

export const isMapping = (json: unknown): json is Mapping => json !== null && typeof json === 'object' && !Array.isArray(json);

/** A key as a part of a JSON pointer. */
export const escapePointer = (key: string): string => (/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key);

export interface ExactJson {
  readonly json: Json;
  /** JSON pointers of integers (at most 64 bits) that are carried as decimal text. */
  readonly int64: readonly string[];
}

/** Deeper data is refused: whatever walks over it would exhaust the stack. */
const deepest = 512;

/** Texts, which are skipped, and numbers of so many digits or with such an exponent that a double may not hold them. */
const textOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const maybeInexact = /\d{16}|[eE][+-]?\d{2}|\d[eE]/;

/**
 * Reads JSON exactly. A number that a double holds is a number; another integer of up to 64 bits is decimal text whose pointer is in `int64`;
 * any other number that a double would round to a whole one, or to infinity (`1e400`), stays the text that was written. Throws SyntaxError as JSON.parse does.
 * `at`: pointer of the data in what it becomes part of. A byte order mark before the text is not part of it.
 */
export function parseExactJson(source: string, at = ''): ExactJson {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  refuseDeep(text);
  const plain = JSON.parse(text) as Json;
  if (!maybeInexact.test(text)) return { json: plain, int64: [] };
  const inexact: string[] = [];
  const marked = text.replace(textOrNumber, (token) => {
    if (token.startsWith('"') || isExact(token)) return token;
    inexact.push(token);
    return `"${String(inexact.length - 1)}"`;
  });
  if (inexact.length === 0) return { json: plain, int64: [] };
  const int64: string[] = [];
  // Only a replaced number is a number in the one and text in the other; no text of the data can be taken for one.
  const json = merge(plain, JSON.parse(marked) as Json, { inexact, int64 }, at);
  return { json, int64 };
}

/** Throws SyntaxError. Looks at brackets alone: what is not JSON fails afterwards. Character by character, since an expression over a long text exhausts the stack itself. */
export function refuseDeep(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at];
    if (one === '"') at = endOfText(text, at);
    else if (one === '[' || one === '{') depth += 1;
    else if (one === ']' || one === '}') depth -= 1;
    if (depth > deepest) throw new SyntaxError(`the JSON is nested more than ${String(deepest)} levels`);
  }
}

/** Index of the quote that closes the text which begins at `from`. */
function endOfText(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text[before] === '\\') before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

/** A key that stands twice in one object of a text that is JSON: which value counts would be a guess. Undefined: there is none. */
export function duplicateKey(source: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  const colon = /\s*:/y;
  for (let at = 0; at < source.length; at += 1) {
    const one = source[at];
    if (one === '{' || one === '[') open.push(one === '{' ? new Set() : undefined);
    else if (one === '}' || one === ']') open.pop();
    if (one !== '"') continue;
    const end = endOfText(source, at);
    const keys = open.at(-1);
    colon.lastIndex = end + 1;
    if (keys !== undefined && colon.test(source)) {
      const key = JSON.parse(source.slice(at, end + 1)) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
    at = end;
  }
  return undefined;
}

/** For what is written back: throws SyntaxError also where a number would not be written as it was read. */
export function parseLosslessJson(source: string): Json {
  const { json } = parseExactJson(source);
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  if (JSON.stringify(json) === JSON.stringify(JSON.parse(text))) return json;
  throw new SyntaxError('a number in it has more digits than can be kept');
}

interface Found {
  readonly inexact: readonly string[];
  readonly int64: string[];
}

function merge(plain: Json, marked: Json, found: Found, pointer: string): Json {
  if (typeof plain === 'number' && typeof marked === 'string')
    return kept(found.inexact[Number(marked)] ?? '', found.int64, pointer);
  if (plain === null || typeof plain !== 'object') return plain;
  const other = marked as Readonly<Record<string, Json>>;
  const one = (member: Json, key: string): Json =>
    merge(member, other[key] ?? null, found, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  if (Array.isArray(plain)) return (plain as readonly Json[]).map((member, index) => one(member, String(index)));
  return Object.fromEntries(Object.entries(plain).map(([key, member]) => [key, one(member, key)]));
}

/** A key `*` would mean every member in a pointer: below it the exact text is kept without a mark. */
function kept(source: string, int64: string[], pointer: string): string {
  const integer = wholeOf(source);
  if (integer === undefined || integer > 2n ** 64n - 1n || integer < -(2n ** 63n) || pointer.split('/').includes('*'))
    return source;
  int64.push(pointer);
  return String(integer);
}

/**
 * Whether the double is what was written. Fractions below 2^53 are doubles by nature: 0.1 is read as everybody reads it.
 * Digits alone beyond 2^53 are never left to a double, which would be printed with other digits.
 */
function isExact(source: string): boolean {
  const value = Number(source);
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return true;
  return Number.isFinite(value) && !/^-?\d+$/.test(source) && wholeOf(source) === BigInt(value);
}

/** The integer that a decimal notation means, undefined for a fraction and for exponents beyond all doubles. */
function wholeOf(source: string): bigint | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const shift = Number(exponent) - fraction.length;
  if (Math.abs(shift) > 400) return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const power = 10n ** BigInt(Math.abs(shift));
  if (shift < 0 && digits % power !== 0n) return undefined;
  const value = shift < 0 ? digits / power : digits * power;
  return sign === '-' ? -value : value;
}
