/** The few node kinds that messages may have, read out of the tree of the Handlebars parser; everything else is refused (T12). */
import { fail } from '../cel/failure.ts';

export interface PathNode {
  readonly path: readonly string[];
  /** As written. */
  readonly text: string;
  /** `../` steps. */
  readonly depth: number;
  /** `@index`. */
  readonly data: boolean;
  /** `this.x`, `./x`, `../x`, `@x`. */
  readonly relative: boolean;
  readonly line: number;
  readonly column: number;
}

export interface Expression {
  readonly helper?: string;
  readonly path?: PathNode;
  readonly params: readonly PathNode[];
}

export interface Block {
  readonly is: 'block';
  readonly name: 'if' | 'unless' | 'each';
  readonly expression: Expression;
  /** `as |member key|`. */
  readonly names: readonly string[];
  readonly body: readonly MessageNode[];
  readonly otherwise: readonly MessageNode[];
}

export type MessageNode =
  { readonly is: 'text'; readonly text: string } | { readonly is: 'value'; readonly expression: Expression } | Block;

interface Raw {
  readonly type?: string;
  readonly original?: unknown;
  readonly value?: unknown;
  readonly parts?: readonly string[];
  readonly depth?: number;
  readonly data?: boolean;
  readonly path?: Raw;
  readonly params?: readonly Raw[];
  readonly hash?: { readonly pairs?: readonly unknown[] } | null;
  readonly body?: readonly Raw[];
  readonly program?: Raw;
  readonly inverse?: Raw;
  readonly blockParams?: readonly string[];
  readonly loc?: { readonly start: { readonly line: number; readonly column: number } };
}

const deepest = 8;

export function readProgram(tree: unknown, helpers: readonly string[], depth = 0): readonly MessageNode[] {
  if (depth > deepest) return fail('template-syntax', `blocks are nested more than ${String(deepest)} deep`);
  return ((tree as Raw | undefined)?.body ?? []).flatMap((node) => readNode(node, helpers, depth));
}

function readNode(node: Raw, helpers: readonly string[], depth: number): readonly MessageNode[] {
  switch (node.type) {
    case 'ContentStatement':
      return [{ is: 'text', text: typeof node.value === 'string' ? node.value : '' }];
    case 'CommentStatement':
      return [];
    case 'MustacheStatement':
      return [{ is: 'value', expression: readExpression(node, helpers) }];
    case 'BlockStatement':
      if (nameOf(node.path) === 'raw' && (node.program?.body ?? []).every(({ type }) => type === 'ContentStatement'))
        return readProgram(node.program, helpers, depth);
      return [readBlock(node, helpers, depth)];
    default:
      return fail(
        'template-syntax',
        'partials and decorators are not possible',
        'messages know if, unless, each and the helpers duration, date, json',
      );
  }
}

function readBlock(node: Raw, helpers: readonly string[], depth: number): Block {
  const name = nameOf(node.path);
  if (name !== 'if' && name !== 'unless' && name !== 'each')
    return fail('unknown-helper', `unknown block "${name}"`, 'blocks are if, unless, each');
  const params = paramsOf(node);
  if (params.length !== 1) return fail('template-syntax', `${name} takes one value`);
  return {
    is: 'block',
    name,
    expression: { params },
    names: node.program?.blockParams ?? [],
    body: readProgram(node.program, helpers, depth + 1),
    otherwise: node.inverse === undefined ? [] : readProgram(node.inverse, helpers, depth + 1),
  };
}

function readExpression(node: Raw, helpers: readonly string[]): Expression {
  const name = nameOf(node.path);
  const params = paramsOf(node);
  if (params.length === 0 && !helpers.includes(name)) return { path: readPathNode(node.path), params };
  if (!helpers.includes(name)) return fail('unknown-helper', `unknown helper "${name}"`, `helpers are ${helpers.join(', ')}`);
  if (params.length !== 1) return fail('template-syntax', `${name} takes one value`);
  return { helper: name, params };
}

function paramsOf(node: Raw): readonly PathNode[] {
  if ((node.hash?.pairs ?? []).length > 0) return fail('template-syntax', 'named arguments are not possible');
  return (node.params ?? []).map((one) => readPathNode(one));
}

const nameOf = (path: Raw | undefined): string => (typeof path?.original === 'string' ? path.original : '');

function readPathNode(raw: Raw | undefined): PathNode {
  if (raw?.type !== 'PathExpression' || !Array.isArray(raw.parts) || !raw.parts.every((one) => typeof one === 'string')) {
    return fail('template-syntax', 'only paths are possible', 'write the text itself instead of a literal in braces');
  }
  const parts: readonly string[] = raw.parts;
  if (parts.some((one) => ['__proto__', 'constructor', 'prototype'].includes(one)))
    return fail('template-syntax', 'this name is not allowed');
  const original = nameOf(raw);
  const relative = raw.data === true || (raw.depth ?? 0) > 0 || /^(this\b|\.)/.test(original);
  return {
    path: parts,
    text: original,
    depth: raw.depth ?? 0,
    data: raw.data === true,
    relative,
    line: raw.loc?.start.line ?? 1,
    column: raw.loc?.start.column ?? 0,
  };
}

/** Offset in the text from the parser's line and column. */
export function offsetOfNode(text: string, node: PathNode): number {
  let start = 0;
  for (let line = 1; line < node.line; line += 1) start = text.indexOf('\n', start) + 1;
  const guess = start + node.column;
  const exact = text.indexOf(node.text, Math.max(0, guess - 1));
  return exact < 0 ? guess : exact;
}
