/** The spellings of a secret that the normal form does not undo: base64, base32 and hexadecimal, also of one another and of the usual quotings. */
import { emptyNormal, normalize, settledLength, verbatim } from './normal-form.ts';

/** A longer form is found by pieces, so that a search compares and keeps back a bounded number of bytes. */
export const longestPiece = 48;
/** Shorter ones would be found everywhere. */
export const shortestForm = 4;
/** Up to here forms of forms are made, bytes. */
const nestedLimit = 4096;

/** Normal forms, none longer than a piece. */
export function formsOf(secret: string): readonly Uint8Array[] {
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  const several = lines.filter((line) => line !== '').length > 1;
  const texts = [secret, secret.trim(), ...(several ? lines : [])].filter((text) => text !== '');
  const found = new Map<string, Uint8Array>();
  const normalOf = reader();
  const keep = (piece: Uint8Array): void => {
    if (piece.length >= shortestForm) found.set(Buffer.from(piece).toString('latin1'), piece);
  };
  for (const text of new Set(texts)) {
    const whole = normalOf(text);
    for (const piece of [...tails(whole), ...pieces(verbatim(text))]) keep(piece);
    // Where each character is an entity, a backslash quotes nothing any more, and a percent sign still does.
    if (text.includes('\\') && text.includes('%')) for (const piece of pieces(normalOf(text.replaceAll('\\', '')))) keep(piece);
    for (const form of spellings(text)) for (const piece of pieces(normalOf(form))) keep(piece);
    // Up to three digits at the end of a line are shown before the next line comes.
    for (const form of [...sixes(Buffer.from(text)), Buffer.from(text).toString('hex')])
      for (const piece of tails(normalOf(form))) keep(piece);
  }
  return [...found.values()];
}

export const normalOf = (text: string): Uint8Array => reader()(text);

/** One buffer for many texts: a secret has a hundred forms, and fifty secrets are read before the first step. */
function reader(): (text: string) => Uint8Array {
  let scratch = emptyNormal(0);
  return (text) => {
    const raw = Buffer.from(text);
    if (scratch.bytes.length < raw.length) scratch = emptyNormal(raw.length * 2);
    const normal = normalize(raw, true, scratch);
    return normal.bytes.slice(0, settledLength(normal));
  };
}

function pieces(form: Uint8Array): readonly Uint8Array[] {
  if (form.length <= longestPiece) return [form];
  const step = longestPiece / 2;
  const starts = Array.from({ length: Math.ceil((form.length - longestPiece) / step) }, (_, index) => index * step);
  return [...starts, form.length - longestPiece].map((at) => form.subarray(at, at + longestPiece));
}

/** What stands before a secret may look like an escape that reaches into it: \ before nightly. The rest is found all the same. */
function tails(form: Uint8Array): readonly Uint8Array[] {
  return [1, 2, 3, 4].map((cut) => form.subarray(cut, cut + longestPiece)).filter((rest) => rest.length >= 8);
}

function spellings(text: string): ReadonlySet<string> {
  const bytes = Buffer.from(text);
  const direct = encodings(bytes);
  // What PowerShell encodes has two bytes for each character.
  const forms = new Set<string>([text, ...direct, ...sixes(Buffer.from(text, 'utf16le'))]);
  const isForeign = /[^\u0000-\u007f]/.test(text) && bytes.length <= nestedLimit;
  // The normal form makes small letters of ASCII alone.
  const cased = isForeign ? [text, text.toUpperCase(), text.toLowerCase()] : [text];
  if (isForeign) for (const form of [...cased, asciiEscaped(text)]) forms.add(form);
  if (isForeign || text.includes('='))
    for (const one of cased) for (const form of [quotedPrintable(one), quotedPrintable(quotedPrintable(one))]) forms.add(form);
  // Where the rest was quoted otherwise before.
  if (isForeign && text.includes('=')) for (const one of cased) forms.add(one.replaceAll('=', '=3d'));
  if (bytes.length < 6 || bytes.length > nestedLimit) return forms;
  const quoted = [...jsonTexts(text), encodeURIComponent(bytes.toString()), text.replaceAll("'", "'\\''"), html(text)];
  const base64 = bytes.toString('base64');
  const inner = [
    ...quoted,
    ...sixes(bytes),
    base64,
    base64.replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
  for (const one of new Set(inner))
    for (const outer of [...sixes(Buffer.from(one)), Buffer.from(one).toString('hex')]) forms.add(outer);
  return forms;
}

/** As Python's ascii() writes them: by code point, not by bytes. */
const asciiEscaped = (text: string): string =>
  [...text].map((one) => (/[\u0080-\u00ff]/.test(one) ? `%${(one.codePointAt(0) ?? 0).toString(16)}` : one)).join('');

/** As mail writes them: the equals sign and what is not ASCII. */
const quotedPrintable = (text: string): string =>
  text.replaceAll(/[=\u0080-\u{10ffff}]/gu, (one) =>
    [...Buffer.from(one)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join(''),
  );

/** JSON as it is, as Python writes it, and as Go does. */
function jsonTexts(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const escaped = (pattern: RegExp): string =>
    json.replaceAll(pattern, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [json, escaped(/[\u0080-\uffff]/g), escaped(/[<>&\u2028\u2029]/g)];
}

const html = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Base64 of both alphabets, wherever the bytes begin in a group of three. */
function sixes(bytes: Buffer): readonly string[] {
  const plain = [0, 1, 2].map((offset) => aligned(bytes, offset, 3, (all) => all.toString('base64').replace(/=+$/, ''), 6));
  return [...plain, ...plain.filter((one) => /[+/]/.test(one)).map((one) => one.replaceAll('+', '-').replaceAll('/', '_'))];
}

function encodings(bytes: Buffer): readonly string[] {
  const fives = [0, 1, 2, 3, 4].map((offset) => aligned(bytes, offset, 5, base32, 5));
  const hex = bytes.toString('hex');
  const pairs = hex.match(/../g) ?? [];
  return [
    ...sixes(bytes),
    ...fives,
    hex,
    ...[':', ' ', '-', ', 0x', ',0x', ' 0x'].map((between) => pairs.join(between)),
    ...decimals(bytes),
    ...grouped(bytes),
    ...[0, 1].map((skip) => (hex.slice(skip * 2).match(/.{4}/g) ?? []).join(' ')),
  ];
}

/** Lists of bytes, as programs print a buffer. */
const decimals = (bytes: Buffer): readonly string[] => [',', ', ', ' '].map((between) => [...bytes].join(between));

/** Long numbers in groups, as people and locales write them. */
function grouped(bytes: Buffer): readonly string[] {
  const text = bytes.toString();
  if (!/^\d{6,40}$/.test(text)) return [];
  const fours = text.match(/.{1,4}/g) ?? [];
  const threes = text.match(/\d{1,3}(?=(?:\d{3})*$)/g) ?? [];
  return [
    ...[' ', '-'].map((between) => fours.join(between)),
    ...[',', '.', '_', ' ', '\u00a0'].map((between) => threes.join(between)),
  ];
}

/** The digits that depend on these bytes alone, when `offset` others stand before them in a group. */
function aligned(bytes: Buffer, offset: number, group: number, encode: (all: Buffer) => string, bits: number): string {
  const all = Buffer.concat([Buffer.alloc(offset), bytes]);
  const first = Math.ceil((offset * 8) / bits);
  const last = all.length % group === 0 ? (all.length * 8) / bits : Math.floor((all.length * 8) / bits);
  return encode(all).slice(first, last);
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes: Buffer): string {
  let out = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) out += digits[(held >> (bits - 5)) & 31] ?? '';
  }
  return bits === 0 ? out : out + (digits[(held << (5 - bits)) & 31] ?? '');
}
