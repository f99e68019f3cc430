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
    return bad('helpers are possible only in messages', 'compute it with `value` of an earlier step');
  const segments = inner.match(/\[[^\]]+\]|[^.[\]]+|\./g) ?? [];
  const path = segments.filter((_, index) => index % 2 === 0).map((one) => (one.startsWith('[') ? one.slice(1, -1) : one));
  const dotted = segments.every((one, index) => (index % 2 === 0 ? one !== '.' : one === '.'));
  const named = path.every((one, index) =>
    segments[index * 2]?.startsWith('[') === true ? true : /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(one),
  );
  if (!dotted || segments.length % 2 === 0 || segments.join('') !== inner || !named) {
    return bad('this is not a path', 'a path is names with dots: {{inputs.venue}}; an odd key is written {{a.[odd key]}}');
  }
  if (path.some((one) => forbidden.includes(one))) return bad('this name is not allowed');
  return { ok: true, path, offset, length: inner.length };
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
