/** Values as expressions and templates see them: JSON data read in place, plus integers, durations, timestamps and sealed leaves. */
import type { Fault, Json, Ms, Value } from '../core/model/value.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { formatMoment, readMoment } from './moment.ts';

/** A duration inside expressions; JSON has none. */
export class Span {
  readonly ms: Ms;
  constructor(ms: Ms) {
    this.ms = ms;
  }
}

/** A leaf that may not be read here: masked by accident, a reference to a secret, or text that is too large to load, cut, or made of bytes that are not text. Never a value. */
export class Sealed {
  readonly why: 'masked' | 'secret' | 'large' | 'cut' | 'undecoded';
  /** Name of the secret. */
  readonly name: string;
  constructor(why: Sealed['why'], name = '') {
    this.why = why;
    this.name = name;
  }
}

export const expressionFault = (code: string, message: string, hint?: string): Fault => ({
  class: 'expression',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});

export function sealedFault(sealed: Sealed, where: string): Fault {
  if (sealed.why === 'secret') {
    return expressionFault(
      'secret-read',
      `${where} is the secret "${sealed.name}" and cannot be read here`,
      'secrets go only to places that a step type declares',
    );
  }
  if (sealed.why === 'large') {
    return expressionFault(
      'too-large',
      `${where} is too large to be read in an expression`,
      'narrow the result with `value`, or read less',
    );
  }
  if (sealed.why === 'cut') {
    return expressionFault(
      'cut-read',
      `only the first and the last part of ${where} were kept; a check over them would be a guess`,
      'print less: let the command filter (grep, tail), or read a file',
    );
  }
  if (sealed.why === 'undecoded') {
    return expressionFault(
      'bytes-read',
      `${where} is not UTF-8 text: what is shown of it is not what was received`,
      'let the other side send UTF-8, or encode it there (base64, hex)',
    );
  }
  return expressionFault(
    'masked-read',
    `${where} contained a secret and was masked; it cannot be read`,
    'keep the secret out of the result',
  );
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(value instanceof Span || value instanceof Sealed || value instanceof Date);
}

export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Own fields only: nothing inherited is ever a name (M16, T5). */
export function fieldOf(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** JSON pointer -> keys. */
export const pointerKeys = (pointer: string): readonly string[] =>
  pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

export const pointerOf = (parent: string, key: string): string => `${parent}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Reads what a journaled value only refers to; undefined when it is too large for an expression. */
export type LoadReference = (reference: NonNullable<Value['ref']>) => Json | undefined;

/** Opens a journaled value for reading: 64-bit texts become integers, masked and secret leaves become sealed. */
export function openValue(value: Value | undefined, load?: LoadReference): unknown {
  if (value === undefined) return null;
  let open: unknown = value.json;
  if (open === undefined) {
    if (value.ref === undefined) return null;
    open = load?.(value.ref);
    if (open === undefined) return new Sealed('large');
  }
  const marks = noMarks();
  for (const pointer of value.int64 ?? []) mark(marks, pointer, integerOf);
  for (const pointer of value.times ?? []) mark(marks, pointer, timeOf);
  for (const pointer of value.masked ?? []) mark(marks, pointer, () => new Sealed('masked'));
  for (const pointer of value.cut ?? []) mark(marks, pointer, () => new Sealed('cut'));
  for (const pointer of value.undecoded ?? []) mark(marks, pointer, () => new Sealed('undecoded'));
  for (const [pointer, name] of Object.entries(value.secret ?? {})) mark(marks, pointer, () => new Sealed('secret', name));
  return applied(marks, open);
}

function integerOf(leaf: unknown): unknown {
  return typeof leaf === 'string' && /^-?[0-9]{1,20}$/.test(leaf) ? BigInt(leaf) : leaf;
}

/** A duration below zero is written with a sign, which authors cannot write. */
function timeOf(leaf: unknown): unknown {
  if (typeof leaf !== 'string') return leaf;
  const ms = parseDuration(leaf.replace(/^-/, ''));
  if (ms !== undefined) return new Span(leaf.startsWith('-') ? -ms : ms);
  return readMoment(leaf) ?? leaf;
}

/** Changes by pointer, as a tree: a list of ten thousand identifiers is copied once, not once for each of them. */
interface Marks {
  readonly below: Map<string, Marks>;
  readonly changes: ((leaf: unknown) => unknown)[];
}

const noMarks = (): Marks => ({ below: new Map(), changes: [] });

function mark(all: Marks, pointer: string, change: (leaf: unknown) => unknown): void {
  let at = all;
  for (const key of pointerKeys(pointer)) {
    const next = at.below.get(key) ?? noMarks();
    at.below.set(key, next);
    at = next;
  }
  at.changes.push(change);
}

/** Copies only along the paths; the journaled value stays unchanged. A `*` steps into every member. */
function applied(marks: Marks, data: unknown): unknown {
  return marks.changes.reduce((leaf, change) => change(leaf), appliedInside(marks, data));
}

function appliedInside({ below }: Marks, data: unknown): unknown {
  if (below.size === 0) return data;
  const all = below.get('*');
  const member = (key: string, value: unknown): unknown => {
    const marks = key === '*' ? undefined : below.get(key);
    const own = marks === undefined ? value : applied(marks, value);
    return all === undefined ? own : applied(all, own);
  };
  if (isList(data)) return data.map((value, index) => member(String(index), value));
  if (!isRecord(data)) return data;
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of Object.entries(data)) copy[key] = member(key, value);
  return copy;
}

/** What an expression produced, as JSON: integers beyond 2^53 become decimal text with their pointers in `int64`. */
export interface Closed {
  readonly value: Json;
  readonly int64: readonly string[];
  /** Of durations and timestamps; absent where there are none. */
  readonly times?: readonly string[];
}

interface Pointers {
  readonly int64: string[];
  readonly times: string[];
}

/** Throws a Sealed leaf as is: the caller turns it into a fault. Durations become text (`20m`), timestamps RFC 3339. */
export function closeValue(open: unknown): Closed {
  const found: Pointers = { int64: [], times: [] };
  const value = close(open, '', found);
  return { value, int64: found.int64, ...(found.times.length === 0 ? {} : { times: found.times }) };
}

function close(open: unknown, pointer: string, found: Pointers): Json {
  if (open === null || open === undefined) return null;
  if (typeof open === 'string' || typeof open === 'boolean' || typeof open === 'number') return open;
  if (typeof open === 'bigint') {
    if (open >= BigInt(Number.MIN_SAFE_INTEGER) && open <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(open);
    found.int64.push(pointer);
    return open.toString();
  }
  if (open instanceof Span || open instanceof Date) {
    found.times.push(pointer);
    return open instanceof Span ? formatSpan(open) : formatMoment(open);
  }
  if (open instanceof Sealed) throw new SealedRead(open);
  if (isList(open)) return open.map((member, index) => close(member, pointerOf(pointer, String(index)), found));
  if (!isRecord(open)) return null;
  const record: Record<string, Json> = {};
  for (const [key, member] of Object.entries(open)) {
    Object.defineProperty(record, key, {
      value: close(member, pointerOf(pointer, key), found),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return record;
}

/** JSON text for people and receivers, with integers unchanged: 9007199254740993 stays a number with these digits. Throws as closeValue does. */
export function jsonText(open: unknown): string {
  if (typeof open === 'bigint') return open.toString();
  if (isList(open)) return `[${open.map((member) => jsonText(member)).join(',')}]`;
  if (isRecord(open))
    return `{${Object.entries(open)
      .map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`)
      .join(',')}}`;
  return JSON.stringify(closeValue(open).value);
}

/** Raised when a sealed leaf would leave an expression. */
export class SealedRead extends Error {
  readonly sealed: Sealed;
  constructor(sealed: Sealed) {
    super('a sealed value was read');
    this.sealed = sealed;
  }
}

const formatSpan = (span: Span): string => formatDuration(span.ms);

/** An item as the key of a map: text unchanged, numbers and true/false by their text, anything else as JSON. */
export function asKeyText(item: unknown): string {
  if (typeof item === 'string') return item;
  if (typeof item === 'number' || typeof item === 'bigint' || typeof item === 'boolean') return String(item);
  return item instanceof Sealed ? '' : JSON.stringify(closeValue(item).value);
}

/** Words for messages; never the value itself, which may be confidential. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number';
  if (typeof value === 'boolean') return 'true/false';
  if (value instanceof Span) return 'a duration';
  if (value instanceof Date) return 'a timestamp';
  if (value instanceof Sealed) return 'a sealed value';
  return isList(value) ? 'a list' : 'a map';
}
