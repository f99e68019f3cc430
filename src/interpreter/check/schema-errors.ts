/** Errors of the generated validators, in words of this language and at the place of the value. */
import type { Json } from '../core/model/value.ts';
import { replaceWord } from '../document/fix.ts';
import { escapePointer } from '../document/nodes.ts';
import { durationHint } from '../language/duration.ts';
import { onlyWord } from '../language/template/mend.ts';
import { nearest, suggestion } from '../language/suggest.ts';
import type { Mapping } from '../document/steps.ts';
import { commsSchema, durationPattern, inputSchema, stepSchema, topSchema } from './document-schema.ts';
import type { Checked } from './finding.ts';
import { isBroken } from './finding.ts';
import { formWords, limitWords } from './limit-words.ts';
import { fixOfValue } from './value-fix.ts';
import { validators } from './validators.generated.js';

export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly data?: unknown;
  readonly schemaPath: string;
  /** The key that is wrong, where it is a key and not its value. */
  readonly propertyName?: string;
}

/**
 * `required`: keys that must be there; the validator's own `required` is not asked, so that misspelt keys count once. `own`: validator of a
 * step type from outside.
 */
export function validateSchema(
  checked: Checked,
  name: string,
  data: Mapping,
  pointer: string,
  required: readonly string[],
  own?: (params: unknown) => readonly SchemaError[],
): void {
  for (const key of required) {
    if (data[key] === undefined) {
      checked.add('key/missing', checked.runbook.at(pointer), `"${key}" is missing`, `add \`${key}:\``);
    }
  }
  const errorsOf = own ?? ((part: unknown) => generatedErrors(name, part as Mapping));
  const errors = errorsOf(data);
  if (errors.length === 0) return;
  for (const [path, group] of byPath(errors)) {
    const value = valueAt(data, path);
    if (typeof value === 'string' && value.includes('{{')) continue;
    const finding = describe(group, value);
    if (finding === undefined || isBroken(checked, `${pointer}${path}`)) continue;
    checked.broken.add(`${pointer}${path}`);
    if (finding.unknown !== undefined) {
      for (const one of finding.unknown) unknownBelow(checked, name, `${pointer}${path}`, value, one);
      missingBeside(checked, `${pointer}${path}`, group, finding.unknown);
      continue;
    }
    const where = checked.runbook.at(`${pointer}${path}`);
    const fits = (other: Json): boolean =>
      !errorsOf(replaced(data, path, other)).some((one) => one.instancePath.startsWith(path));
    const fix = fixOfValue(checked.runbook.text, where, finding, value, fits);
    checked.add(finding.code, where, finding.message, finding.hint, 'error', fix);
  }
}

function generatedErrors(name: string, data: Mapping): readonly SchemaError[] {
  const validate = validators[name];
  return validate === undefined || validate(data) ? [] : ((validate.errors ?? []) as readonly SchemaError[]);
}

interface Unknown {
  readonly key: string;
  readonly schemaPath: string;
}

interface Words {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Keys that the schema at that path does not have. */
  readonly unknown?: readonly Unknown[];
  /** Types of which the value should be one. */
  readonly kinds?: readonly string[];
  /** Words of which the value should be one. */
  readonly words?: readonly string[];
}

/** Each key once: alternatives that do not know it say so each for itself. */
function unknownOf(errors: readonly SchemaError[]): readonly Unknown[] {
  const byKey = new Map<string, Unknown>();
  for (const { keyword, params, schemaPath } of errors) {
    const key = String(params['additionalProperty']);
    if (keyword === 'additionalProperties' && !byKey.has(key)) byKey.set(key, { key, schemaPath });
  }
  return [...byKey.values()];
}

/** One finding per place; of several alternatives (anyOf) the most specific. */
function describe(errors: readonly SchemaError[], value: unknown): Words | undefined {
  const unknown = unknownOf(errors);
  if (unknown.length > 0) return { code: 'key/unknown', message: 'unknown key', unknown };
  const first = errors.find((one) => one.keyword !== 'anyOf' && one.keyword !== 'required') ?? errors[0];
  if (first === undefined) return undefined;
  if (first.keyword === 'required') {
    const key = String(first.params['missingProperty']);
    if (first.instancePath === '') return undefined;
    return { code: 'key/missing', message: `"${key}" is missing`, hint: `add \`${key}:\`` };
  }
  const all = errors
    .filter((one) => one.keyword === 'type')
    .flatMap((one) => one.params['type'])
    .flat()
    .map(String);
  switch (first.keyword) {
    case 'type': {
      const kinds = [...new Set(all)].map((kind) => kindWords[kind] ?? kind).join(' or ');
      return { code: 'value/type', message: `expected ${kinds}, got ${describeValue(value)}`, kinds: [...new Set(all)] };
    }
    case 'enum': {
      const allowed = (first.params['allowedValues'] as readonly unknown[]).map(String);
      const hint = suggestion(typeof value === 'string' ? value : '', allowed);
      return {
        code: 'value/enum',
        message: `expected one of ${allowed.join(', ')}, got ${describeValue(value)}`,
        words: allowed,
        ...(hint === undefined ? {} : { hint }),
      };
    }
    case 'const':
      return {
        code: 'value/enum',
        message: `expected ${String(first.params['allowedValue'])}, got ${describeValue(value)}`,
        hint: `write ${String(first.params['allowedValue'])}`,
        words: [String(first.params['allowedValue'])],
      };
    case 'pattern':
      if (first.params['pattern'] === durationPattern) {
        return { code: 'value/duration', message: `${describeValue(value)} is not a duration`, hint: durationHint };
      }
      return { code: 'value/pattern', message: unfitting(String(first.params['pattern']), first.propertyName ?? value) };
    case 'not':
      return { code: 'value/invalid', message: first.message ?? 'these keys exclude each other' };
    default:
      return {
        code: 'value/invalid',
        message: limitWords(first, value) ?? `${describeValue(value)}: ${first.message ?? first.keyword}`,
      };
  }
}

function unfitting(pattern: string, value: unknown): string {
  const form = formWords(pattern);
  return form === undefined
    ? `${describeValue(value)} does not match ${pattern}`
    : `expected ${form}, got ${describeValue(value)}`;
}

const kindWords: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
};

/** As a finding names a value. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return `the text "${value.length > 40 ? `${value.slice(0, 39)}…` : value}"`;
  return JSON.stringify(value);
}

/** A declared type in a sentence; what is in its place by mistake is described. */
export const describeType = (type: unknown): string => (typeof type === 'string' ? type : describeValue(type));

const parentOf = (path: string): string | undefined => (path === '' ? undefined : path.slice(0, path.lastIndexOf('/')));

const depth = (path: string): number => path.split('/').length;

function byPath(errors: readonly SchemaError[]): readonly (readonly [string, readonly SchemaError[]])[] {
  const groups = new Map<string, SchemaError[]>();
  for (const error of errors) {
    const list = groups.get(error.instancePath);
    if (list === undefined) groups.set(error.instancePath, [error]);
    else list.push(error);
  }
  // Of an alternative that fails deep inside, the outer "no alternative fits" says nothing more. A key that nobody knows is wrong whatever is deep inside.
  const outer = new Set<string>();
  for (const path of groups.keys())
    for (let at = parentOf(path); at !== undefined && !outer.has(at); at = parentOf(at)) outer.add(at);
  for (const [path, group] of groups)
    if (outer.has(path) && !group.some(({ keyword }) => keyword === 'additionalProperties')) groups.delete(path);
  // The deepest first: a mapping with a wrong key in it is left alone by what comes later.
  return [...groups].sort(([a], [b]) => depth(b) - depth(a));
}

function valueAt(data: Mapping, path: string): unknown {
  return path
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (at, key) =>
        at !== null && typeof at === 'object'
          ? (at as Record<string, Json>)[key.replaceAll('~1', '/').replaceAll('~0', '~')]
          : undefined,
      data,
    );
}

/** A misspelt key below a key of a step or of the document. */
function unknownBelow(checked: Checked, name: string, pointer: string, value: unknown, { key, schemaPath }: Unknown): void {
  const given = new Set(Object.keys(value as Mapping));
  const free = keysAt(schemaOf(checked, name), schemaPath).filter((one) => !given.has(one));
  const where = checked.runbook.at(`${pointer}/${escapePointer(key)}`, 'key');
  const meant = onlyWord(key, free);
  const fix = meant === undefined ? undefined : replaceWord(checked.runbook.text, where, key, meant);
  checked.add('key/unknown', where, `unknown key "${key}"`, suggestion(key, free), 'error', fix);
}

/** What is missing beside unknown keys, unless one of them is it misspelt. */
function missingBeside(checked: Checked, pointer: string, errors: readonly SchemaError[], unknown: readonly Unknown[]): void {
  for (const { keyword, params } of errors) {
    const key = String(params['missingProperty']);
    if (keyword === 'required' && !unknown.some((one) => nearest(one.key, [key]) !== undefined))
      checked.add('key/missing', checked.runbook.at(pointer), `"${key}" is missing`, `add \`${key}:\``);
  }
}

function schemaOf(checked: Checked, name: string): unknown {
  const schemas: Readonly<Record<string, unknown>> = {
    document: topSchema,
    input: inputSchema,
    step: stepSchema,
    comms: commsSchema,
  };
  return schemas[name] ?? checked.registry.get(name.replace('type:', ''))?.manifest.params;
}

/** Keys of the mapping whose `additionalProperties` the validator names; none when the path leads through a reference. */
function keysAt(schema: unknown, schemaPath: string): readonly string[] {
  const steps = schemaPath
    .replace(/^[^#]*#\/?/, '')
    .split('/')
    .slice(0, -1)
    .concat('properties');
  const found = steps.reduce<unknown>(
    (at, step) => (at !== null && typeof at === 'object' ? (at as Mapping)[step] : undefined),
    schema,
  );
  return found !== null && typeof found === 'object' ? Object.keys(found) : [];
}

/** A copy with another value at a path that exists. */
function replaced(data: Mapping, path: string, by: Json): Json {
  const [key, ...rest] = path.split('/').slice(1);
  if (key === undefined) return by;
  const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
  const below = rest.map((one) => `/${one}`).join('');
  const into = (value: Json | undefined): Json => replaced((value ?? {}) as Mapping, below, by);
  if (Array.isArray(data)) return data.map((one: Json, index) => (String(index) === name ? into(one) : one));
  return { ...data, [name]: into(data[name]) };
}
