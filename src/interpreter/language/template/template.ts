/**
 * Templates on leaves: in steps only paths, `{{inputs.venue}}`; in messages also if, each and three helpers.
 * Evaluated by this folder alone. Results are never templated again (T13), texts never escaped: sinks are typed.
 */
import type { Part, Tree } from '../../core/model/plan.ts';
import type { Fault, Json } from '../../core/model/value.ts';
import { formatDuration } from '../duration.ts';
import { formatMoment } from '../moment.ts';
import { Failure, fail } from '../cel/failure.ts';
import { renderMessage } from './message.ts';
import type { Scope } from '../scope-type.ts';
import type { ParsedTemplate, TemplatePath } from './template-path.ts';
import { literalText, rawAt } from './raw.ts';
import { pathAt, readPath } from './template-path.ts';
import type { Trust } from '../sinks/trust.ts';
import type { Piece, Placing } from '../sinks/piece.ts';
import { Sealed, SealedRead, Span, closeValue, fieldOf, isList, isRecord, kindOf, sealedFault } from '../value.ts';

export type { ParsedTemplate, TemplatePath } from './template-path.ts';
export { parseMessage } from './message.ts';

/** Source of one template leaf, and what a rendered leaf may grow to (T12). */
const longestSource = 16 * 1024;
const longestOutput = 256 * 1024;

/** Only paths: `{{a.b.c}}`, `{{a.b.0}}`, `{{a[0]}}`, `{{a.[odd key]}}`, `{{a["odd key"]}}`; `\{{` is literal braces, `\\{{a}}` a backslash and the value. Offsets from 0 in the text. */
export function parseTemplate(text: string): ParsedTemplate {
  if (text.length > longestSource) return { ok: false, message: 'a template has at most 16384 characters', offset: 0, length: 1 };
  const parts: Part[] = [];
  const paths: TemplatePath[] = [];
  let literal = '';
  let position = 0;
  for (;;) {
    const open = text.indexOf('{{', position);
    if (open < 0) break;
    const before = text.slice(position, open);
    if (before.endsWith('\\') && !before.endsWith('\\\\')) {
      literal += `${before.slice(0, -1)}{{`;
      position = open + 2;
      continue;
    }
    const raw = rawAt(text, open);
    if (raw !== undefined) {
      if (!raw.isClosed)
        return {
          ok: false,
          message: '"{{{{raw}}}}" is never closed',
          offset: open,
          length: 11,
          hint: 'end it with {{{{/raw}}}}',
        };
      literal += before + raw.body;
      position = raw.end;
      continue;
    }
    // As in messages: two backslashes are one backslash, and the value follows.
    literal += before.endsWith('\\\\') ? before.slice(0, -1) : before;
    const close = text.indexOf('}}', open);
    if (close < 0)
      return { ok: false, message: '"{{" is never closed', offset: open, length: 2, hint: 'a literal "{{" is written \\{{' };
    const read = pathAt(text, open + 2, close);
    if (!read.ok) return read;
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push({ path: read.path, at: read.offset });
    paths.push({ path: read.path, offset: read.offset, length: read.length });
    position = close + 2;
  }
  literal += text.slice(position);
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return { ok: true, parts, paths };
}

export interface TreeOptions {
  /** Is the text at this JSON pointer a message (if, each, helpers)? */
  isMessage(pointer: string): boolean;
  /** Texts that are never templates, such as SQL and scripts; braces in them are written `\{{`. */
  isLiteral?(pointer: string): boolean;
}

/** Splits every templated leaf once, at plan time. Leaves that do not parse stay text: lint has reported them with their place. */
export function toTree(json: Json, options: TreeOptions, pointer = ''): Tree {
  if (typeof json === 'string') return leafTree(json, options, pointer);
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json))
    return (json as readonly Json[]).map((one, index) => toTree(one, options, `${pointer}/${String(index)}`));
  const made: Record<string, Tree> = {};
  for (const [key, one] of Object.entries(json)) {
    made[key] = toTree(one, options, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
  return made;
}

function leafTree(text: string, options: TreeOptions, pointer: string): Tree {
  if (!text.includes('{{')) return text;
  if (options.isLiteral?.(pointer) === true) return literalText(text);
  if (options.isMessage(pointer)) return { $m: text };
  const parsed = parseTemplate(text);
  if (!parsed.ok) return text;
  return parsed.paths.length === 0 ? parsed.parts.filter((part) => typeof part === 'string').join('') : { $t: parsed.parts };
}

export type Rendered =
  { readonly ok: true; readonly json: Json; readonly int64: readonly string[] } | { readonly ok: false; readonly fault: Fault };

/**
 * A leaf of exactly one path keeps the type of its value; otherwise values become text. Nothing (null, missing), lists and maps inside
 * text, masked leaves are errors. `secretText` opens a secret by name where the caller allows it; it throws where it does not. `places` tells how
 * values are put into the leaf at a pointer.
 */
export function renderTree(
  tree: Tree,
  scope: Scope,
  secretText: (name: string, pointer: string) => string = refuseSecret,
  places?: Places,
): Rendered {
  try {
    const closed = closeValue(render(tree, { scope, secretText, places }, ''));
    return { ok: true, json: closed.value, int64: closed.int64 };
  } catch (thrown) {
    if (thrown instanceof Failure) return { ok: false, fault: thrown.fault };
    if (thrown instanceof SealedRead) return { ok: false, fault: sealedFault(thrown.sealed, 'the value') };
    throw thrown;
  }
}

/** Places with a grammar of their own, and whose text a path brings. */
export interface Places {
  at(pointer: string): Placing | undefined;
  trust(path: readonly string[]): Trust;
}

interface Rendering {
  readonly scope: Scope;
  readonly secretText: (name: string, pointer: string) => string;
  readonly places: Places | undefined;
}

const refuseSecret = (name: string): string =>
  fail('secret-read', `the secret "${name}" is not allowed here`, 'secrets go only to places that a step type declares');

function render(tree: Tree, rendering: Rendering, pointer: string): unknown {
  if (tree === null || typeof tree !== 'object') return tree;
  if (Array.isArray(tree))
    return (tree as readonly Tree[]).map((one, index) => render(one, rendering, `${pointer}/${String(index)}`));
  if (isParts(tree)) return renderParts(tree.$t, rendering, pointer);
  if (isMessage(tree)) return bounded(renderMessage(tree.$m, rendering.scope, rendering.places?.at(pointer)));
  const made: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(tree as Readonly<Record<string, Tree>>))
    made[key] = render(one, rendering, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return made;
}

type TemplateLeaf = { readonly $t: readonly Part[] };
type MessageLeaf = { readonly $m: string };
const isParts = (tree: Tree): tree is TemplateLeaf => isList(only(tree, '$t'));
const isMessage = (tree: Tree): tree is MessageLeaf => typeof only(tree, '$m') === 'string';
const only = (tree: unknown, name: string): unknown =>
  isRecord(tree) && Object.keys(tree).length === 1 ? fieldOf(tree, name) : undefined;

function renderParts(parts: readonly Part[], { scope, secretText, places }: Rendering, pointer: string): unknown {
  const read = (path: readonly string[]): unknown => {
    if (path.length === 2 && path[0] === 'secrets') return secretText(path[1] ?? '', pointer);
    const value = readPath(path, scope);
    return value instanceof Sealed && value.why === 'secret' ? secretText(value.name, pointer) : value;
  };
  const [first] = parts;
  const placing = places?.at(pointer);
  if (placing === undefined && parts.length === 1 && typeof first === 'object') return typed(read(first.path), first.path);
  const pieces = parts.map((part): Piece => {
    if (typeof part === 'string') return { text: part, isFree: false };
    const trust = places?.trust(part.path) ?? 'free';
    return {
      text: asText(read(part.path), part.path.join('.')),
      isFree: trust !== 'listed',
      isShaped: trust === 'shaped',
      isValue: true,
    };
  });
  return bounded(placing === undefined ? pieces.map(({ text }) => text).join('') : placing(pieces));
}

function typed(value: unknown, path: readonly string[]): unknown {
  if (value instanceof Sealed) throw new Failure(sealedFault(value, path.join('.')));
  return value instanceof Span ? formatDuration(value.ms) : value;
}

function bounded(text: string): string {
  return text.length <= longestOutput ? text : fail('too-large', 'the rendered text is longer than 256 KiB');
}

/** A value inside text. Durations `20m`, timestamps RFC 3339; lists and maps need a decision of the author. */
export function asText(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Span) return formatDuration(value.ms);
  if (value instanceof Date) return formatMoment(value);
  if (value instanceof Sealed) throw new Failure(sealedFault(value, where));
  return fail(
    'not-text',
    `${where} is ${kindOf(value)} and cannot appear inside text`,
    'pass it as a leaf of its own, or narrow it with `value`; in messages write {{json path}}',
  );
}
