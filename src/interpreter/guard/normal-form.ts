/**
 * One spelling for all the ways in which a text travels: escapes are decoded, quotes, control characters and terminal sequences dropped, letters made
 * small. A secret and a text that holds it in any of these ways have the same normal form, so one search finds them all. Every byte knows the bytes
 * that it was read from, so what is found can be masked where it stands.
 *
 * Decoded: %41, \x41, \x{41}, \u0041, \u{41}, \U00000041, \101, \n, &amp; &#65; &#x41;, and these in one another. A form's + is a space.
 */
import { dropped } from './terminal-bytes.ts';
import { unseenLeads } from './unseen.ts';

export interface Normal {
  readonly bytes: Uint8Array;
  /** Where the bytes begin and end in the text. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  length: number;
  /** Output index of an escape that has only begun, -1 without one. */
  open: number;
  /** A percent sign whose digits are escapes themselves, -1 without one. */
  outer: number;
  entity: number;
  /** Position in the text from which a later byte may change the reading. */
  unread: number;
  /** Length of the output before that position. */
  sure: number;
  /** There were terminal sequences. */
  sequences: boolean;
  /** First half of a character that is written as two \u escapes. */
  high: { readonly code: number; readonly from: number } | undefined;
}

export function emptyNormal(size: number): Normal {
  return {
    bytes: new Uint8Array(size),
    from: new Int32Array(size),
    to: new Int32Array(size),
    length: 0,
    open: -1,
    outer: -1,
    entity: -1,
    unread: 0,
    sure: 0,
    sequences: false,
    high: undefined,
  };
}

const percent = 0x25;
const ampersand = 0x26;
const backslash = 0x5c;
const semicolon = 0x3b;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const quotes = [0x22, 0x27, 0x60];
const longestEntity = 10;

/** Outside an escape these vanish alone. No plain byte folds to this mark. */
export const vanishes = 1;
/** The small letter of each byte that stands for itself; 0 for all that need a look. */
export const plain = Uint8Array.from({ length: 256 }, (_, byte) => {
  if ([0x1b, percent, ampersand, backslash, 0xc2].includes(byte) || unseenLeads.has(byte)) return 0;
  return byte < 0x20 || byte === 0x7f || quotes.includes(byte) ? vanishes : folded(byte);
});

function folded(byte: number): number {
  if (byte === 0x2b) return 0x20;
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** `whole`: a terminal sequence vanishes as a whole, as on a screen; else only the characters that nobody sees. */
export function normalize(raw: Uint8Array, whole: boolean, into: Normal): Normal {
  Object.assign(into, {
    length: 0,
    open: -1,
    outer: -1,
    entity: -1,
    unread: raw.length,
    sure: Infinity,
    sequences: false,
    high: undefined,
  });
  for (let at = 0; at < raw.length;) {
    if (into.open < 0 && into.entity < 0) at = copyPlain(raw, at, into);
    if (at < raw.length) at = readByte(raw, at, whole, into);
  }
  return into;
}

function copyPlain(raw: Uint8Array, start: number, into: Normal): number {
  const { bytes, from, to } = into;
  let length = into.length;
  let at = start;
  for (; at < raw.length; at++) {
    const byte = plain[raw[at] ?? 0] ?? 0;
    if (byte === 0 && !isLoneAmpersand(raw, at)) break;
    if (byte === vanishes) continue;
    bytes[length] = byte === 0 ? ampersand : byte;
    from[length] = at;
    to[length++] = at + 1;
  }
  into.length = length;
  return at;
}

/** The small letter of a byte that needed a look and stands for itself all the same; 0: it begins an escape or a terminal sequence, or vanishes. */
export function plainAfterLook(raw: Uint8Array, at: number): number {
  const byte = raw[at] ?? 0;
  if (byte === ampersand) return isLoneAmpersand(raw, at) ? ampersand : 0;
  if (byte === percent) {
    const next = raw[at + 1] ?? 0;
    return (plain[next] ?? 0) > vanishes && !isHex(next) ? percent : 0;
  }
  return byte === backslash || dropped(raw, at, true) !== 0 ? 0 : byte;
}

/** Most are not entities: they separate parameters or commands. */
function isLoneAmpersand(raw: Uint8Array, at: number): boolean {
  if (raw[at] !== ampersand || at + longestEntity >= raw.length) return false;
  for (let next = at + 1; next <= at + longestEntity; next++) {
    const byte = raw[next] ?? 0;
    if (byte === semicolon || byte === percent || byte === backslash || byte === 0x1b) return false;
    if (byte === 0x20 || byte === 0x3d) return true;
  }
  return true;
}

function readByte(raw: Uint8Array, at: number, whole: boolean, into: Normal): number {
  const byte = raw[at] ?? 0;
  const kind = plain[byte] ?? 0;
  const skip = kind > vanishes || quotes.includes(byte) ? 0 : dropped(raw, at, whole);
  if (skip < 0 && into.unread === raw.length) {
    into.unread = at;
    into.sure = settledLength(into);
  }
  const length = skip < 0 ? ~skip : skip;
  if (length > 0) {
    if (byte === 0x0a || byte === 0x0d) giveUp(into);
    if (byte === 0x1b || byte === 0xc2) into.sequences = true;
    return at + length;
  }
  arrive(byte, at, at + 1, into);
  return at + 1;
}

/** A character of the text, or one that an escape stood for. */
function arrive(byte: number, from: number, to: number, into: Normal): void {
  if (into.open >= 0) {
    const begun = into.bytes[into.open];
    if (begun === backslash) {
      afterBackslash(byte, from, to, into);
      return;
    }
    if (byte === backslash || byte === ampersand) {
      nest(byte, from, to, into);
      return;
    }
    push(byte, from, to, into);
    if (into.length - into.open === 3) endPercent(into, to);
    else if (!isHex(byte)) reopen(byte, into);
    return;
  }
  if (quotes.includes(byte) || byte < 0x20 || byte === 0x7f) return;
  push(byte, from, to, into);
  if (byte === percent || byte === backslash) into.open = into.length - 1;
  else if (byte === ampersand) into.entity = into.length - 1;
  else if (into.entity >= 0) inEntity(byte, to, into);
}

function push(byte: number, from: number, to: number, into: Normal): void {
  const at = into.length++;
  into.bytes[at] = folded(byte);
  into.from[at] = from;
  into.to[at] = to;
}

/** An escape that was none: its last character may begin another. */
function reopen(byte: number, into: Normal): void {
  const at = into.length - 1;
  const from = into.from[at] ?? 0;
  const to = into.to[at] ?? 0;
  into.open = -1;
  into.entity = -1;
  into.length = at;
  arrive(byte, from, to, into);
}

function nest(byte: number, from: number, to: number, into: Normal): void {
  into.outer = into.open;
  into.open = -1;
  arrive(byte, from, to, into);
}

function giveUp(into: Normal): void {
  if (into.open >= 0 && into.bytes[into.open] === backslash) withoutBackslash(into);
  into.open = -1;
  into.outer = -1;
  into.high = undefined;
}

function decoded(byte: number, to: number, into: Normal): void {
  const from = into.from[into.open] ?? 0;
  into.length = into.open;
  into.open = into.outer;
  into.outer = -1;
  arrive(byte, from, to, into);
}

function endPercent(into: Normal, to: number): void {
  const high = into.bytes[into.length - 2] ?? 0;
  const low = into.bytes[into.length - 1] ?? 0;
  if (isHex(high) && isHex(low)) decoded(hex(high) * 16 + hex(low), to, into);
  else reopen(low, into);
}

const letters = new Set([...'nrtbfvae'].map((letter) => letter.charCodeAt(0)));
const isHex = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46);
const hex = (byte: number): number => (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57);
const isOctal = (byte: number): boolean => byte >= 0x30 && byte <= 0x37;

/** Any number of backslashes counts as one: each quoting doubles them. */
function afterBackslash(byte: number, from: number, to: number, into: Normal): void {
  const body = into.length - into.open - 1;
  if (body === 0) {
    if (byte === backslash) return;
    if (letters.has(byte)) dropEscape(into);
    else if (digitsOf(byte) > 0) {
      push(byte, from, to, into);
      // \u and \U are two escapes.
      into.bytes[into.length - 1] = byte;
    } else bare(byte, from, to, into);
    return;
  }
  const step = stepOf(byte, into.bytes[into.open + 1] ?? 0, body, into.bytes[into.open + 2] === openBrace);
  if (step === 'wrong') {
    withoutBackslash(into);
    arrive(byte, from, to, into);
    return;
  }
  if (step !== 'end') push(byte, from, to, into);
  if (step !== 'more') endNumber(into, to);
}

/** How many digits follow the letter, or the first octal digit; 0: it begins no number. */
function digitsOf(kind: number): number {
  if (kind === 0x78 || isOctal(kind)) return 2;
  if (kind === 0x75) return 4;
  return kind === 0x55 ? 8 : 0;
}

/** What the byte is to a number: \x41, \x{41}, \u0041, \u{41}, \U00000041, \101. `body`: how many bytes of it there are. */
function stepOf(byte: number, kind: number, body: number, isBraced: boolean): 'more' | 'last' | 'end' | 'wrong' {
  if (body === 1 && byte === openBrace && (kind === 0x78 || kind === 0x75)) return 'more';
  if (isBraced && byte === closeBrace && body > 2) return 'end';
  if (!(isOctal(kind) ? isOctal(byte) : isHex(byte)) || (isBraced && body > 7)) return 'wrong';
  return !isBraced && body === digitsOf(kind) ? 'last' : 'more';
}

function dropEscape(into: Normal): void {
  into.length = into.open;
  into.open = -1;
  into.outer = -1;
}

function bare(byte: number, from: number, to: number, into: Normal): void {
  const start = into.from[into.open] ?? from;
  dropEscape(into);
  arrive(byte, quotes.includes(byte) ? from : start, to, into);
}

function withoutBackslash(into: Normal): void {
  if (into.length > into.open + 1) into.bytes[into.open + 1] = folded(into.bytes[into.open + 1] ?? 0);
  for (let at = into.open; at < into.length - 1; at++) {
    into.bytes[at] = into.bytes[at + 1] ?? 0;
    into.from[at] = into.from[at + 1] ?? 0;
    into.to[at] = into.to[at + 1] ?? 0;
  }
  into.length--;
  into.open = -1;
  into.outer = -1;
}

function endNumber(into: Normal, to: number): void {
  const [kind = '', ...digits] = String.fromCharCode(...into.bytes.subarray(into.open + 1, into.length));
  const isBraced = digits[0] === '{';
  const code = Number.parseInt(digits.join('').replace('{', ''), 16);
  if (/[0-7]/.test(kind)) decoded(Number.parseInt(kind + digits.join(''), 8) & 0xff, to, into);
  else if (kind === 'x' && !isBraced) decoded(code, to, into);
  else decodedCharacter(code, to, into);
}

function decodedCharacter(code: number, to: number, into: Normal): void {
  const from = into.from[into.open] ?? 0;
  dropEscape(into);
  const { high } = into;
  into.high = undefined;
  if (code >= 0xd800 && code < 0xdc00) into.high = { code, from };
  else if (code >= 0xdc00 && code < 0xe000 && high !== undefined)
    character(0x10000 + (high.code - 0xd800) * 0x400 + code - 0xdc00, high.from, to, into);
  else character(code, from, to, into);
}

function character(code: number, from: number, to: number, into: Normal): void {
  if (code < 0x80) arrive(code, from, to, into);
  else if (code <= 0x10ffff) for (const byte of Buffer.from(String.fromCodePoint(code))) push(byte, from, to, into);
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function inEntity(byte: number, to: number, into: Normal): void {
  const start = into.entity;
  if (byte === semicolon) {
    const name = String.fromCharCode(...into.bytes.subarray(start + 1, into.length - 1));
    const number = /^#(?:x([0-9a-f]+)|(\d+))$/.exec(name);
    const code =
      number === null
        ? named[name]?.codePointAt(0)
        : Number.parseInt(number[1] ?? number[2] ?? '', number[1] === undefined ? 10 : 16);
    into.entity = -1;
    if (code === undefined) return;
    into.length = start;
    into.open = into.outer;
    into.outer = -1;
    character(code, into.from[start] ?? 0, to, into);
    return;
  }
  if (into.length - start > longestEntity || !/[0-9A-Za-z#]/.test(String.fromCharCode(byte))) {
    into.entity = -1;
    into.outer = -1;
  }
}

/** How much of the normal form is sure, whatever follows. */
export function settledLength(normal: Normal): number {
  return Math.min(
    normal.sure,
    normal.length,
    normal.open < 0 ? Infinity : normal.open,
    normal.entity < 0 ? Infinity : normal.entity,
  );
}

/** The normal form of a text whose every character is an escape: what looks like one in the text itself is none. */
export function verbatim(text: string): Uint8Array {
  return Uint8Array.from(
    Buffer.from(text).filter((byte) => byte > 0x1f && byte !== 0x7f && byte !== backslash && !quotes.includes(byte)),
    folded,
  );
}
