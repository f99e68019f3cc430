/** What is refused before anything is composed: a hostile file must not cost time, memory or the process (T1 to T4, M3, M4). */
import type { CST } from 'yaml';
import { Lexer, Parser } from 'yaml';

export const limits = { bytes: 1024 * 1024, depth: 64, keys: 2000, scalar: 64 * 1024, steps: 10_000 } as const;

export interface TextRefusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly offset: number;
  readonly length: number;
}

const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u202a-\u202e\u2066-\u2069]/;

/** The same, in a text that was written with escapes: `"\\e[8m"`, `"\\u202e"`, and the next line of C1 (`"\\N"`). */
export const escapedControl = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

export function refuseText(text: string): TextRefusal | undefined {
  if (Buffer.byteLength(text) > limits.bytes) {
    return {
      code: 'yaml/too-large',
      message: 'the file is larger than 1 MiB',
      hint: 'split it into several runbooks',
      offset: 0,
      length: 1,
    };
  }
  const misread = encodingFault(text);
  if (misread !== undefined) return misread;
  const control = controls.exec(text);
  if (control !== null) {
    return {
      code: 'yaml/control-character',
      message: 'an invisible control character is here',
      hint: 'remove it',
      offset: control.index,
      length: 1,
    };
  }
  return undefined;
}

/**
 * Bytes that are not UTF-8 have become U+FFFD when the file was read: what is left is not what the author wrote. The character itself in a file
 * is the trace of an earlier loss.
 */
function encodingFault(text: string): TextRefusal | undefined {
  const fault = (message: string, hint: string, offset: number): TextRefusal => ({
    code: 'yaml/encoding',
    message,
    hint,
    offset,
    length: 1,
  });
  if (/^\ufffd{0,2}(?:[^\0]\0|\0[^\0]){2}/.test(text)) return fault('the file is UTF-16', 'save it as UTF-8', 0);
  const lost = text.indexOf('\ufffd');
  if (lost >= 0) return fault('these bytes are not UTF-8', 'save the file as UTF-8, and write the character again', lost);
  const lineEnd = text.includes('\n') ? -1 : text.search(/\r./);
  return lineEnd < 0 ? undefined : fault('lines end with a carriage return alone', 'save the file with line ends LF', lineEnd);
}

/** What the lexer says beside the text itself; the byte order mark is not part of it either. */
export const invisible = new Set(['\u0002', '\u0018', '\u001f', '\ufeff']);

export type Read =
  { readonly ok: true; readonly tokens: readonly CST.Token[] } | { readonly ok: false; readonly refusal: TextRefusal };

/** Reads the text once, with the iterative lexer and parser, and counts nesting meanwhile: indentation of blocks and brackets of flows. */
export function readTokens(text: string): Read {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let offset = 0;
  let flow = 0;
  const blocks: number[] = [];
  let column = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === '{' || lexeme === '[') flow += 1;
    else if (lexeme === '}' || lexeme === ']') flow -= 1;
    else if (flow === 0 && (lexeme === '-' || lexeme === '?' || lexeme === ':')) {
      while ((blocks.at(-1) ?? -1) > column) blocks.pop();
      if ((blocks.at(-1) ?? -1) < column) blocks.push(column);
    }
    if (flow + blocks.length > limits.depth) {
      return { ok: false, refusal: tooDeep(offset) };
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
    const lineFeed = lexeme.lastIndexOf('\n');
    column = lineFeed >= 0 ? lexeme.length - lineFeed - 1 : column + lexeme.length;
    if (!invisible.has(lexeme)) offset += lexeme.length;
  }
  for (const token of parser.end()) tokens.push(token);
  return { ok: true, tokens };
}

const tooDeep = (offset: number): TextRefusal => ({
  code: 'yaml/too-deep',
  message: `nested more than ${String(limits.depth)} levels`,
  hint: 'use groups and sub-runbooks',
  offset,
  length: 1,
});
