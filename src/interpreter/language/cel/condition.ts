/** Conditions: CEL syntax with declared types. The only file that sees the CEL library, of which it uses the parser. */
import { Environment } from '@marcbachmann/cel-js';
import type { Fault, Verdict } from '../../core/model/value.ts';
import type { Ast } from './ast.ts';
import { isNone, readPaths } from './ast.ts';
import type { Issue } from './checker.ts';
import { typeCheck } from './checker.ts';
import { runAst } from './evaluate.ts';
import { Failure } from './failure.ts';
import type { Scope } from '../scope-type.ts';
import type { JsonSchema, Type } from './types.ts';
import { nameOfType, schemaOf, typeOf } from './types.ts';
import type { Closed } from '../value.ts';
import { SealedRead, closeValue, expressionFault, sealedFault } from '../value.ts';

export type { JsonSchema } from './types.ts';
export type { Issue } from './checker.ts';

/** Longest condition, characters. */
const longest = 8 * 1024;

/** Made at the first condition: a document without conditions does not load the library at all. */
const parser = once(
  () =>
    new Environment({
      unlistedVariablesAreDyn: true,
      homogeneousAggregateLiterals: false,
      limits: { maxAstNodes: 5_000, maxDepth: 60, maxListElements: 500, maxMapEntries: 200, maxCallArguments: 16 },
    }),
);

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

type Parsed = { readonly ok: true; readonly ast: Ast } | { readonly ok: false; readonly issue: Issue };

/** Conditions are parsed once: the same text is evaluated at every poll. Bounded, so that a long run cannot grow it. */
const parsed = new Map<string, Parsed>();

function parse(source: string): Parsed {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  const fresh = parseFresh(source);
  if (parsed.size >= 2_000) parsed.clear();
  parsed.set(source, fresh);
  return fresh;
}

function parseFresh(source: string): Parsed {
  if (isNone(source)) return parseFresh('empty(value)');
  const bad = (code: string, message: string, hint: string, offset = 0, length = source.length): Parsed => ({
    ok: false,
    issue: { code, message, hint, offset, length: Math.max(1, length) },
  });
  if (source.trim() === '')
    return bad(
      'empty-condition',
      'the condition is empty',
      'a condition that starts with "!" must be quoted: YAML reads it as a tag',
    );
  if (source.length > longest)
    return bad('too-long', `a condition has at most ${String(longest)} characters`, 'compute parts in `value` of earlier steps');
  const braces = source.indexOf('{{');
  if (braces >= 0)
    return bad('template-in-condition', '"{{" has no meaning in a condition', 'names are read directly: inputs.venue', braces, 2);
  try {
    const ast: unknown = parser().parse(source).ast;
    return { ok: true, ast: ast as Ast };
  } catch (thrown) {
    return { ok: false, issue: syntaxIssue(thrown, source) };
  }
}

function syntaxIssue(thrown: unknown, source: string): Issue {
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as {
    summary?: unknown;
    range?: { start: number; end: number };
  };
  const offset = Math.min(error.range?.start ?? 0, Math.max(0, source.length - 1));
  const length = Math.max(1, Math.min((error.range?.end ?? offset + 1) - offset, source.length - offset));
  const summary = typeof error.summary === 'string' ? error.summary : 'the condition cannot be read';
  const single = source[offset] === '=' && source[offset + 1] !== '=';
  const base = {
    code: 'expression-syntax',
    message: `syntax: ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`,
    offset,
    length,
  };
  if (single) return { ...base, hint: 'compare with "=="' };
  return /\b(and|or|not)\b/.test(source) ? { ...base, hint: 'CEL writes && || !' } : base;
}

/** Undefined: it cannot be read. */
export function astOf(source: string): Ast | undefined {
  const read = parse(source);
  return read.ok ? read.ast : undefined;
}

/** Read by lint: `roots` are JSON Schemas by root name; issues carry offset and length inside `source`. */
export type CheckedCondition =
  | { readonly ok: true; readonly schema: JsonSchema; readonly paths: readonly string[][] }
  | { readonly ok: false; readonly issues: readonly Issue[]; readonly paths: readonly string[][] };

export function checkExpression(
  source: string,
  roots: Readonly<Record<string, JsonSchema>>,
  wanted: 'bool' | 'list' | 'any',
): CheckedCondition {
  const read = parse(source);
  if (!read.ok) return { ok: false, issues: [read.issue], paths: [] };
  const paths = readPaths(read.ast);
  const types = Object.fromEntries(Object.entries(roots).map(([name, schema]) => [name, typeOf(schema)]));
  const { type, issues } = typeCheck(read.ast, types);
  const all = [...issues, ...unwanted(read.ast, type, wanted)].map((one) => (isNone(source) ? ofNone(source, one) : one));
  return all.length === 0 ? { ok: true, schema: schemaOf(type), paths } : { ok: false, issues: all, paths };
}

/** The author wrote one word, so the whole of it is marked. */
const ofNone = (source: string, issue: Issue): Issue => ({
  ...issue,
  message: `\`none\` asks for emptiness: ${issue.message}`,
  hint: 'compare it instead: value == 0, value == ""',
  offset: 0,
  length: source.length,
});

function unwanted(ast: Ast, type: Type, wanted: 'bool' | 'list' | 'any'): readonly Issue[] {
  const at = { offset: ast.start, length: Math.max(1, ast.end - ast.start) };
  if (wanted === 'bool' && type.is !== 'bool' && type.is !== 'dyn') {
    return [
      {
        code: 'not-boolean',
        message: `a condition must be true or false, but this is ${nameOfType(type)}`,
        hint: 'compare it with something',
        ...at,
      },
    ];
  }
  if (wanted === 'list' && type.is !== 'list' && type.is !== 'dyn') {
    return [
      {
        code: 'not-a-list',
        message: `a list is needed, but this is ${nameOfType(type)}`,
        hint: 'values(map) or [a, b] make a list',
        ...at,
      },
    ];
  }
  return [];
}

export type Evaluated = ({ readonly ok: true } & Closed) | { readonly ok: false; readonly fault: Fault };

/** Never throws. Integers beyond 2^53 come back as decimal text, their JSON pointers in `int64`. Faults never contain data. */
export function evaluate(source: string, scope: Scope): Evaluated {
  const read = parse(source);
  if (!read.ok) return { ok: false, fault: expressionFault(read.issue.code, read.issue.message, read.issue.hint) };
  try {
    return { ok: true, ...closeValue(runAst(read.ast, scope)) };
  } catch (thrown) {
    if (thrown instanceof Failure) return { ok: false, fault: thrown.fault };
    if (thrown instanceof SealedRead) return { ok: false, fault: sealedFault(thrown.sealed, 'the result of the expression') };
    if (thrown instanceof RangeError)
      return { ok: false, fault: expressionFault('too-deep', 'the data is nested too deeply for this expression') };
    throw thrown;
  }
}

/** A check has three results, and no data is none of them (L4). Anything but true or false is an error. */
export function verdict(source: string, scope: Scope): { readonly verdict: Verdict; readonly fault?: Fault } {
  const result = evaluate(source, scope);
  if (!result.ok) return { verdict: result.fault.class === 'noData' ? 'noData' : 'error', fault: result.fault };
  if (typeof result.value === 'boolean') return { verdict: result.value ? 'true' : 'false' };
  return {
    verdict: 'error',
    fault: expressionFault('not-boolean', 'the condition is neither true nor false', 'compare it with something'),
  };
}
