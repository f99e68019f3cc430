/** YAML text -> Runbook with the place of every key and value. Collects problems, never throws for what an author wrote. */
import { Composer, Lexer, LineCounter } from 'yaml';
import type { Json } from '../core/model/value.ts';
import type { Position } from '../port/step-type.ts';
import type { Diagnostic } from './diagnostic.ts';
import { docsOf, sortDiagnostics } from './diagnostic.ts';
import type { TextRefusal } from './limits.ts';
import { invisible, readTokens, refuseText } from './limits.ts';
import type { Ranges } from './nodes.ts';
import { convert } from './nodes.ts';

export interface Runbook {
  readonly id: string;
  readonly file: string;
  readonly text: string;
  /** SHA-256 of the text, in hex. */
  readonly sha: string;
  readonly data: Readonly<Record<string, Json>>;
  /** Pointers of values that were lost (aliases, tags): they are reported already. */
  readonly lost: readonly string[];
  /** Pointer -> what was written, of bare numbers whose text the number does not give back: 1.10, 0755, 1e3. */
  readonly rewritten: ReadonlyMap<string, string>;
  /** Place of the value (or key) at a JSON pointer; of the nearest parent when there is none. */
  at(pointer: string, part?: 'key' | 'value'): Position;
  /** Place of a stretch inside the text at a pointer. */
  atText(pointer: string, offset: number, length: number): Position;
}

export interface Loaded {
  readonly runbook?: Runbook;
  readonly diagnostics: readonly Diagnostic[];
}

export interface LoadOptions {
  /** Also files that are not runbooks (configuration, inputs). */
  readonly anyMapping?: boolean;
  /** An integer of 64 bits that a double cannot hold is its digits, for a reader that knows which type is due; otherwise it is a mistake. */
  readonly digits?: boolean;
}

export function loadRunbook(text: string, file: string, options: LoadOptions = {}): Loaded {
  const lines = new LineCounter();
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  if (lines.lineStarts[0] !== 0) lines.lineStarts.unshift(0);
  const inText = (offset: number): number => Math.min(offset, text.length);
  const position = (start: number, end: number): Position => place(lines, file, inText(start), inText(Math.max(end, start + 1)));
  const finding = (code: string, message: string, range: readonly [number, number], hint?: string): Diagnostic => ({
    ...position(range[0], range[1]),
    severity: 'error',
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    docs: docsOf(code),
  });
  const refused = refuseText(text);
  const refusal = ({ code, message, hint, offset, length }: TextRefusal): Loaded => ({
    diagnostics: [finding(code, message, [offset, offset + length], hint)],
  });
  if (refused !== undefined) return refusal(refused);
  const read = readTokens(text);
  if (!read.ok) return refusal(read.refusal);
  const composer = new Composer({ version: '1.2', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const [document, second] = [...composer.compose(read.tokens)];
  if (document === undefined) return { diagnostics: [finding('yaml/empty', 'the file is empty', [0, 1])] };
  const wrong: Diagnostic[] = [...firstOf(document.errors), ...document.warnings]
    .filter((one) => one.code !== 'TAG_RESOLVE_FAILED')
    .map((one) => {
      const blank = oddBlank(text, one.pos[0]);
      if (blank !== undefined)
        return finding(
          'yaml/syntax',
          'a no-break space or zero width character is in the indentation or behind a mark',
          [blank, blank + 1],
          'write a plain space',
        );
      const quote = /^Missing closing .quote/.test(one.message) ? openQuote(text, one.pos[0]) : undefined;
      const unquoted = bracketIn(text, one.message, one.pos[0]);
      if (unquoted !== undefined) return finding('yaml/syntax', unquoted.message, one.pos, unquoted.hint);
      return quote === undefined
        ? finding('yaml/syntax', firstLine(one.message), one.pos)
        : finding(
            'yaml/syntax',
            'this quote is not closed',
            [quote, quote + 1],
            'close it, or write the other quotes around the text',
          );
    });
  if (second !== undefined) {
    wrong.push(
      finding(
        'yaml/several-documents',
        options.anyMapping === true ? 'a file holds one document only' : 'a file holds one runbook only',
        second.range ? [second.range[0], second.range[0] + 1] : [0, 1],
        options.anyMapping === true
          ? 'remove the line --- and what follows it'
          : 'put the second document into a file of its own',
      ),
    );
  }
  if (document.directives?.yaml.explicit === true || /^%/.test(text)) {
    wrong.push(
      finding('yaml/directive', 'YAML directives change how values are read', [0, 1], 'remove the line that begins with %'),
    );
  }
  if (document.errors.length > 0) return { diagnostics: sortDiagnostics(wrong) };
  const { data, ranges, troubles, rewritten } = convert(document, text, options.digits === true);
  wrong.push(
    ...troubles.map((one) => ({
      ...finding(one.code, one.message, one.range, one.hint),
      ...(one.mended === undefined
        ? {}
        : { fix: { offset: one.range[0], length: one.range[1] - one.range[0], text: one.mended } }),
    })),
  );
  if (data === null || typeof data !== 'object' || Array.isArray(data)) {
    return {
      diagnostics: sortDiagnostics([
        ...wrong,
        finding(
          'yaml/not-a-mapping',
          options.anyMapping === true ? 'a mapping is needed' : 'a runbook is a mapping of keys',
          [0, 1],
        ),
      ]),
    };
  }
  const mapping = data as Readonly<Record<string, Json>>;
  const runbook: Runbook = {
    id: typeof mapping['id'] === 'string' ? mapping['id'] : '',
    file,
    text,
    get sha() {
      return sha256(text);
    },
    data: mapping,
    lost: troubles.flatMap((one) => (one.pointer === undefined ? [] : [one.pointer])),
    rewritten,
    at: (pointer, part = 'value') => {
      const found = nearest(ranges, pointer);
      const range = part === 'key' && found.key !== undefined ? found.key : found.value;
      return position(range[0], firstLineEnd(text, range));
    },
    atText: (pointer, offset, length) => {
      const found = nearest(ranges, pointer);
      const start = found.text === undefined ? blockStart(text, found, offset) : found.text + offset;
      return position(Math.min(start, text.length), Math.min(start + length, text.length));
    },
  };
  return { runbook, diagnostics: sortDiagnostics(wrong) };
}

/** Only plans need it: `lint` does not load node's cryptography. */
const sha256 = (text: string): string => process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex');

/**
 * What follows the first mistake in the syntax is its consequence: the reader has lost its way. Where several begin at one place, the one that names its
 * cause comes first.
 */
function firstOf<T extends { readonly code: string; readonly pos: readonly [number, number] }>(
  errors: readonly T[],
): readonly T[] {
  const causes = ['TAB_AS_INDENT', 'MISSING_CHAR'];
  const rank = ({ code }: T): number => (causes.includes(code) ? 0 : 1);
  return [...errors].sort((a, b) => a.pos[0] - b.pos[0] || rank(a) - rank(b)).slice(0, 1);
}

/** An odd blank that breaks the layout, in the line of a mistake or the one before it: before the first word, or behind `-` or `:`. */
function oddBlank(text: string, at: number): number | undefined {
  const from = text.lastIndexOf('\n', Math.max(0, text.lastIndexOf('\n', at - 1) - 1)) + 1;
  const lineEnd = text.indexOf('\n', at);
  const lines = text.slice(from, lineEnd < 0 ? text.length : lineEnd);
  const found = /(?<=^[ -]*|[-:] *)[\u00a0\u2007\u202f\u200b\u2060\ufeff]/m.exec(lines);
  return found === null ? undefined : from + found.index;
}

/** Where the text begins that has no end at `end`: the reader tells only where it gave up, which may be the last line of the file. */
function openQuote(text: string, end: number): number | undefined {
  let offset = 0;
  let found: number | undefined;
  for (const lexeme of new Lexer().lex(text)) {
    if (offset > end) break;
    if (/^["']/.test(lexeme) && offset + lexeme.length >= end) found = offset;
    if (!invisible.has(lexeme)) offset += lexeme.length;
  }
  return found;
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text;

/** A finding on a mapping or list marks its first line only. */
function firstLineEnd(text: string, range: readonly [number, number]): number {
  const lineFeed = text.indexOf('\n', range[0]);
  return lineFeed >= 0 && lineFeed < range[1] ? lineFeed : range[1];
}

function nearest(ranges: ReadonlyMap<string, Ranges>, pointer: string): Ranges {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = ranges.get(at);
    if (found !== undefined) return found;
    if (at === '') return { value: [0, 1] };
  }
}

/** Offset inside a literal block: header line, then lines that each lost their indentation. Folded blocks point near enough. */
function blockStart(text: string, found: Ranges, offset: number): number {
  if (found.block !== true) return found.value[0];
  let at = text.indexOf('\n', found.value[0]) + 1;
  const indent = /^ */.exec(text.slice(at))?.[0].length ?? 0;
  for (let left = offset; ;) {
    const end = text.indexOf('\n', at);
    const length = (end < 0 ? text.length : end) - at - indent + 1;
    if (left < length || end < 0) return at + indent + left;
    left -= Math.max(length, 1);
    at = end + 1;
  }
}

function place(lines: LineCounter, file: string, start: number, end: number): Position {
  const from = lines.linePos(start);
  const to = lines.linePos(end);
  return {
    file,
    line: Math.max(1, from.line),
    column: Math.max(1, from.col),
    endLine: Math.max(1, to.line),
    endColumn: Math.max(1, to.col),
  };
}

/** Inside of { } and [ ], brackets in a text that is not quoted begin a list or a mapping: `query: rate(x[5m])`. */
function bracketIn(text: string, message: string, at: number): { readonly message: string; readonly hint: string } | undefined {
  if (!/^Unexpected flow-(?:seq|map)-start/.test(message)) return undefined;
  const before = text.slice(text.lastIndexOf('\n', at) + 1, at);
  const key = /([\w-]+):\s+([^:]*)$/.exec(before);
  if (key === null) return undefined;
  const rest = /^[^\n]*?(?=,\s+[\w-]+:\s|\s*\}\s*$|\n|$)/m.exec(text.slice(at))?.[0] ?? '';
  const value = `${key[2] ?? ''}${rest}`;
  const quoted = value.includes('"') ? `'${value.replaceAll("'", "''")}'` : `"${value}"`;
  return {
    message: `the value of "${key[1] ?? ''}" has a ${text[at] ?? ''} in it, which begins a list or a mapping here`,
    hint: `quote the value: ${key[1] ?? ''}: ${quoted}`,
  };
}
