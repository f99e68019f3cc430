/** Paths inside templates: reading them out of text, and following them through a scope. */
import type { Part } from '../../core/model/plan.ts';
import { fail } from '../cel/failure.ts';
import type { Scope } from '../scope-type.ts';
import { suggestion } from '../suggest.ts';
import { Sealed, fieldOf, isList, isRecord, kindOf } from '../value.ts';

export interface TemplatePath {
  readonly path: readonly string[];
  readonly offset: number;
  readonly length: number;
}

export type ParsedTemplate =
  | { readonly ok: true; readonly parts: readonly Part[]; readonly paths: readonly TemplatePath[] }
  | { readonly ok: false; readonly message: string; readonly offset: number; readonly length: number; readonly hint?: string };

type PathRead =
  | ({ readonly ok: true } & TemplatePath)
  | { readonly ok: false; readonly message: string; readonly offset: number; readonly length: number; readonly hint?: string };

const forbidden: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** The text between the braces. */
export function pathAt(text: string, start: number, end: number): PathRead {
  const raw = text.slice(start, end);
  const inner = raw.trim();
  const offset = start + (raw.length - raw.trimStart().length);
  const bad = (message: string, hint?: string): PathRead => ({
    ok: false,
    message,
    offset,
    length: Math.max(1, inner.length),
    ...(hint === undefined ? {} : { hint }),
  });
  if (inner === '') return bad('"{{}}" names nothing', 'name a value, such as {{inputs.venue}}');
  if (/^[{#/>!&^*]/.test(inner))
    return bad('only paths are possible in steps', 'if and each belong to messages (comms, notify, escalate)');
  if (/^[A-Za-z_]\w*\s+\S/.test(inner))
    return bad(
      'helpers are possible only in messages',
      'compute it with `value` of an earlier step; braces of the text itself are written \\{{, or stand between {{{{raw}}}} and {{{{/raw}}}}',
    );
  const path = segmentsOf(inner);
  if (path === undefined)
    return bad(
      'this is not a path',
      'a path is names with dots: {{inputs.venue}}, {{list[0].name}}; an odd key is written {{a["odd key"]}}',
    );
  if (path.some((one) => forbidden.includes(one))) return bad('this name is not allowed');
  return { ok: true, path, offset, length: inner.length };
}

/** `a.b`, `a.0`, `a[0]`, `a["odd key"]`, `a.[odd key]`; undefined: no path. */
function segmentsOf(inner: string): readonly string[] | undefined {
  const path: string[] = [];
  const segment = /(\.?)(?:\["([^"\]]*)"\]|\['([^'\]]*)'\]|\[([^\]"']+)\]|([A-Za-z0-9_][A-Za-z0-9_-]*))/y;
  while (segment.lastIndex < inner.length) {
    const found = segment.exec(inner);
    if (found === null) return undefined;
    const [, dot = '', double, single, bracketed, name] = found;
    if (path.length === 0 ? dot !== '' : dot === '' && name !== undefined) return undefined;
    path.push(double ?? single ?? bracketed ?? name ?? '');
  }
  return path;
}

/** Throws Failure with the path named; a value that is nothing is an error, never an empty text (M11). */
export function readPath(path: readonly string[], scope: Scope): unknown {
  let current: unknown = scope;
  for (const [index, name] of path.entries()) {
    const where = path.slice(0, index).join('.');
    if (current instanceof Sealed) return current;
    const next = step(current, name);
    if (next === undefined) return missing(current, name, where, path);
    current = next;
  }
  if (current === null)
    return fail(
      'nothing',
      `{{${path.join('.')}}} is nothing`,
      'the step may not have run, or found nothing; guard it with `when`',
    );
  return current;
}

function step(current: unknown, name: string): unknown {
  if (isList(current)) return /^[0-9]+$/.test(name) ? current[Number(name)] : undefined;
  return isRecord(current) ? fieldOf(current, name) : undefined;
}

function missing(current: unknown, name: string, where: string, path: readonly string[]): never {
  const whole = `{{${path.join('.')}}}`;
  if (isRecord(current)) {
    return fail(
      'unknown-name',
      where === '' ? `${whole}: unknown name "${name}"` : `${whole}: ${where} has no "${name}"`,
      suggestion(name, Object.keys(current)),
    );
  }
  if (isList(current))
    return fail(
      'unknown-name',
      `${whole}: ${where} is a list of ${String(current.length)}`,
      `write {{${where}.0}} for its first member`,
    );
  return fail('unknown-name', `${whole}: ${where} is ${kindOf(current)} and has no "${name}"`);
}
