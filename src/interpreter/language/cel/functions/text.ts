/** Functions of texts. */
import { RE2JS } from 're2js';
import { fail } from '../failure.ts';
import { isList } from '../../value.ts';
import type { Named } from './entry.ts';
import { entry, index, textArgument } from './entry.ts';

/** Linear time: a text of the other side can never hang a run (M13). */
export function matches(value: unknown, pattern: unknown): boolean {
  const source = textArgument(pattern);
  try {
    return RE2JS.compile(source).matcher(textArgument(value)).find();
  } catch {
    return badPattern();
  }
}

const nonEmptyLines = (value: unknown): readonly string[] =>
  textArgument(value)
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '');

/** The first match of a pattern, or what its first group took; nothing found is no data. */
function find(value: unknown, pattern: unknown): string {
  const [first] = findAll(value, pattern, 1);
  return first ?? fail('no-match', 'nothing in the text matches the pattern', undefined, 'noData');
}

/** Bounded like every list that a text of the other side makes. */
const mostMatches = 10_000;

function findAll(value: unknown, pattern: unknown, most: number): readonly string[] {
  const source = textArgument(pattern);
  const found: string[] = [];
  try {
    const matcher = RE2JS.compile(source).matcher(textArgument(value));
    const group = matcher.groupCount() > 0 ? 1 : 0;
    while (found.length < most && matcher.find()) found.push(matcher.group(group) ?? '');
    return found;
  } catch {
    return badPattern();
  }
}

const badPattern = (): never =>
  fail('bad-pattern', 'the pattern cannot be used', 'RE2 syntax: no look-around, no back-references');

const words = (value: unknown): readonly string[] => textArgument(value).split(blank).filter(Boolean);

/** As `awk '{print $n}'`: words are divided by blanks and counted from 1; negative, from the end. Shorter lines are left out. */
function column(value: unknown, position: unknown): readonly string[] {
  const at = index(position);
  if (!Number.isInteger(at) || at === 0) return fail('out-of-range', 'columns are counted from 1, or from -1 at the end');
  const all = isList(value) ? value : nonEmptyLines(value);
  return all.flatMap((line) => {
    const found = words(line).at(at < 0 ? at : at - 1);
    return found === undefined ? [] : [found];
  });
}

function base64Decoded(value: unknown): string {
  const source = textArgument(value).trim();
  const bytes = Buffer.from(source, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== source.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, ''))
    return fail('not-base64', 'the text is not base64');
  const decoded = bytes.toString('utf8');
  return Buffer.from(decoded, 'utf8').equals(bytes) ? decoded : fail('not-text', 'the bytes are not UTF-8 text');
}

/** Positions are counted in characters (code points), as size() counts them: half an emoji is never seen. */
function substring(value: unknown, from: unknown, to?: unknown): string {
  const source = [...textArgument(value)];
  const start = index(from);
  const end = to === undefined ? source.length : index(to);
  return start < 0 || end > source.length || start > end
    ? fail('out-of-range', 'substring() is out of range')
    : source.slice(start, end).join('');
}

function positionOf(value: unknown, other: unknown, how: 'indexOf' | 'lastIndexOf'): bigint {
  const source = textArgument(value);
  const at = source[how](textArgument(other));
  return at < 0 ? -1n : BigInt([...source.slice(0, at)].length);
}

function charAt(value: unknown, position: unknown): string {
  const source = [...textArgument(value)];
  const at = index(position);
  if (!Number.isInteger(at) || at < 0 || at > source.length) return fail('out-of-range', 'charAt() is out of range');
  return source[at] ?? '';
}

const splitText = (value: unknown, separator: unknown): readonly string[] =>
  textArgument(separator) === '' ? [...textArgument(value)] : textArgument(value).split(textArgument(separator));

/** Blanks as Unicode has them; U+FEFF is none. */
const blanks = String.raw`[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+`;
const blank = new RegExp(blanks, 'u');
const outerBlanks = new RegExp(`^${blanks}|${blanks}$`, 'g');

export const textMethods: Named = [
  ['startsWith', entry((value, other) => textArgument(value).startsWith(textArgument(other)), [2], 'bool', 'string', 'string')],
  ['endsWith', entry((value, other) => textArgument(value).endsWith(textArgument(other)), [2], 'bool', 'string', 'string')],
  ['contains', entry((value, other) => textArgument(value).includes(textArgument(other)), [2], 'bool', 'string', 'string')],
  ['matches', entry((value, pattern) => matches(value, pattern), [2], 'bool', 'string', 'string')],
  ['trim', entry((value) => textArgument(value).replace(outerBlanks, ''), [1], 'string', 'string')],
  [
    'lowerAscii',
    entry((value) => textArgument(value).replace(/[A-Z]+/g, (ascii) => ascii.toLowerCase()), [1], 'string', 'string'),
  ],
  [
    'upperAscii',
    entry((value) => textArgument(value).replace(/[a-z]+/g, (ascii) => ascii.toUpperCase()), [1], 'string', 'string'),
  ],
  ['indexOf', entry((value, other) => positionOf(value, other, 'indexOf'), [2], 'int', 'string', 'string')],
  ['lastIndexOf', entry((value, other) => positionOf(value, other, 'lastIndexOf'), [2], 'int', 'string', 'string')],
  ['charAt', entry((value, at) => charAt(value, at), [2], 'string', 'string', 'number')],
  ['substring', entry((value, from, to) => substring(value, from, to), [2, 3], 'string', 'string', 'number')],
  [
    'replace',
    entry(
      (value, old, fresh) => textArgument(value).replaceAll(textArgument(old), () => textArgument(fresh)),
      [3],
      'string',
      'string',
      'string',
    ),
  ],
  ['split', entry((value, separator) => splitText(value, separator), [2], 'strings', 'string', 'string')],
  ['lines', entry((value) => nonEmptyLines(value), [1], 'strings', 'string')],
  ['words', entry(words, [1], 'strings', 'string')],
  ['column', entry(column, [2], 'strings', ['string', 'list'], 'number')],
  ['find', entry(find, [2], 'string', 'string', 'string')],
  ['findAll', entry((value, pattern) => findAll(value, pattern, mostMatches), [2], 'strings', 'string', 'string')],
  ['base64Decode', entry(base64Decoded, [1], 'string', 'string')],
  ['base64Encode', entry((value) => Buffer.from(textArgument(value), 'utf8').toString('base64'), [1], 'string', 'string')],
  ['urlEncode', entry((value) => encodeURIComponent(textArgument(value)), [1], 'string', 'string')],
];

export const textGlobals: Named = [
  ['lines', entry((value) => nonEmptyLines(value), [1], 'strings', 'string')],
  ['matches', entry((value, pattern) => matches(value, pattern), [2], 'bool', 'string', 'string')],
];
