/** Inputs: text from the command line or data from a file becomes the declared type, before anything is planned. */
import { RE2JS } from 're2js';
import { parseExactJson } from '../core/model/json.ts';
import type { Plan } from '../core/model/plan.ts';
import type { Json, Value } from '../core/model/value.ts';
import { durationHint, formatDuration, parseDuration } from '../language/duration.ts';
import { formatMoment, readMoment } from '../language/moment.ts';
import { trustOfInput } from '../language/sinks/trust.ts';
import { timestampHint } from '../core/model/timestamp.ts';
import type { Mapping } from './json.ts';
import { isArray, isMapping, mappingOf, shownText, textOf, textsOf } from './json.ts';
import type { Problem } from './problem.ts';
import { problem, unknownName } from './problem.ts';
import { isSecretInput, secretInput } from './secret-inputs.ts';

export interface InputType {
  readonly type: string;
  readonly of?: string;
}

export interface Inputs {
  readonly values: Readonly<Record<string, Value>>;
  readonly types: Readonly<Record<string, InputType>>;
  /** Secret inputs -> where they come from. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

type Typed =
  { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string; readonly hint?: string };
const good = (value: Json): Typed => ({ ok: true, value });
const bad = (message: string, hint?: string): Typed => ({ ok: false, message, ...(hint === undefined ? {} : { hint }) });

/** The one place where values from outside are typed, checked and given their defaults: inputs of a run, and the fields of a question. */
export function typeInputs(
  declared: Json | undefined,
  given: Readonly<Record<string, Json>>,
  noun: 'input' | 'field' = 'input',
): Inputs {
  const declarations = mappingOf(declared);
  const problems: Problem[] = [];
  const values: Record<string, Value> = {};
  const types: Record<string, InputType> = {};
  const secrets: Record<string, string> = {};
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(declarations, name))
      problems.push(unknownName('unknown-input', `unknown ${noun} "${name}"`, name, Object.keys(declarations)));
  }
  for (const [name, raw] of Object.entries(declarations)) {
    const declaration = isMapping(raw) ? raw : { type: raw };
    const of = textOf(declaration['of']);
    types[name] = { type: textOf(declaration['type']) ?? 'string', ...(of === undefined ? {} : { of }) };
    if (noun === 'input' && isSecretInput(declaration)) {
      const secret = secretInput(name, Object.hasOwn(given, name) ? given[name] : undefined);
      if ('code' in secret) problems.push(secret);
      else [values[name], secrets[name]] = [secret.value, secret.source];
      continue;
    }
    const source = Object.hasOwn(given, name) ? given[name] : declaration['default'];
    if ((source === undefined || source === null) && noun === 'input' && isNeededLater(declaration)) continue;
    if (source === undefined || source === null) {
      problems.push(problem('missing-input', `${noun} "${name}" is required`, missingHint(noun, name, declaration)));
      continue;
    }
    const typed = typeValue(source, declaration);
    if (typed.ok) values[name] = exactValue(typed.value, types[name]);
    else problems.push(problem('bad-input', `${noun} "${name}": ${typed.message}`, typed.hint));
  }
  return { values, types, secrets, problems };
}

/** With the places of integers that are kept as their digits. */
function exactValue(json: Json, type: InputType | undefined): Value {
  const isDigits = (one: Json, of: string | undefined): boolean =>
    typeof one === 'string' && (of === 'integer' || of === 'number');
  const members = isArray(json) ? json : [];
  const int64 = isDigits(json, type?.type)
    ? ['']
    : members.flatMap((one, index) => (isDigits(one, type?.of) ? [`/${String(index)}`] : []));
  return int64.length === 0 ? { json } : { json, int64 };
}

/** Steps, groups, or options of a choice (`way/restore`), as the author names them. */
export const neededAt = (declaration: Json | undefined): readonly string[] =>
  isMapping(declaration) ? textsOf(declaration['neededBy']) : [];

export const isNeededLater = (declaration: Json | undefined): boolean => neededAt(declaration).length > 0;

/** Which inputs the author answers for; see Trust. */
export function inputTrusts(declared: Json | undefined): Pick<Plan, 'inputTrust'> {
  const inputTrust: Record<string, 'listed' | 'shaped'> = {};
  for (const [name, declaration] of Object.entries(mappingOf(declared))) {
    const trust = trustOfInput(isMapping(declaration) ? declaration : { type: declaration });
    if (trust !== 'free') inputTrust[name] = trust;
  }
  return Object.keys(inputTrust).length === 0 ? {} : { inputTrust };
}

/** One value against one declaration: `{ type, of?, enum?, pattern?, min?, max? }`. Also for the fields of `ask`. */
export function typeValue(source: Json, declaration: Mapping): Typed {
  const typed = convert(source, textOf(declaration['type']) ?? 'string', declaration);
  if (!typed.ok) return typed;
  return constrain(typed.value, declaration);
}

function convert(source: Json, type: string, declaration: Mapping): Typed {
  switch (type) {
    case 'string':
    case 'text':
      return isMapping(source) || isArray(source) ? bad('must be text') : good(shownText(source));
    case 'number':
    case 'integer':
      return toNumber(source, type === 'integer');
    case 'boolean':
      if (typeof source === 'boolean') return good(source);
      return source === 'true' || source === 'false' ? good(source === 'true') : bad('must be true or false');
    case 'duration': {
      const ms = typeof source === 'string' ? parseDuration(source) : undefined;
      return ms === undefined ? bad('must be a duration', durationHint) : good(formatDuration(ms));
    }
    case 'timestamp':
      return toTimestamp(source);
    case 'list':
      return toList(source, declaration);
    default:
      return bad(`has the unknown type "${type}"`, 'string, text, number, integer, boolean, duration, timestamp, list');
  }
}

/** An integer that a double cannot hold is kept as its digits; conditions and templates read it as the integer that it is. */
function toNumber(source: Json, whole: boolean): Typed {
  const text = typeof source === 'string' ? source.trim() : '';
  if (/^-?[0-9]+$/.test(text) && !Number.isSafeInteger(Number(text)))
    return fitsInt64(BigInt(text)) ? good(BigInt(text).toString()) : bad('must be an integer of at most 64 bits');
  const number = /^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(text) ? Number(text) : source;
  if (typeof number !== 'number' || !Number.isFinite(number)) return bad(whole ? 'must be an integer' : 'must be a number');
  if (!whole) return good(number);
  return Number.isSafeInteger(number)
    ? good(number)
    : bad('must be an integer', Number.isInteger(number) ? 'write all of its digits' : undefined);
}

const fitsInt64 = (integer: bigint): boolean => BigInt.asIntN(64, integer) === integer;

function toTimestamp(source: Json): Typed {
  const moment = typeof source === 'string' ? readMoment(source) : undefined;
  return moment === undefined ? bad('must be a timestamp', timestampHint) : good(formatMoment(moment));
}

/** From the command line a list is `a,b,c` or JSON. */
function toList(source: Json, declaration: Mapping): Typed {
  const members = typeof source === 'string' ? splitList(source) : source;
  if (!isArray(members)) return bad('must be a list', 'write a,b,c or JSON: ["a","b"]');
  const of = textOf(declaration['of']);
  if (of === undefined) return good(members);
  const typed: Json[] = [];
  for (const [index, member] of members.entries()) {
    const one = convert(member, of, {});
    if (!one.ok) return bad(`member ${String(index + 1)} ${one.message}`, one.hint);
    typed.push(one.value);
  }
  return good(typed);
}

function splitList(source: string): Json {
  const text = source.trim();
  if (text === '') return [];
  if (!text.startsWith('[')) return text.split(',').map((one) => one.trim());
  try {
    return parseExactJson(text).json;
  } catch {
    return source;
  }
}

function constrain(value: Json, declaration: Mapping): Typed {
  const allowed = declaration['enum'];
  const members = isArray(value) ? value : [value];
  if (isArray(allowed)) {
    const stranger = members.find((one) => !allowed.includes(one));
    if (stranger !== undefined) return bad('is not one of the allowed values', allowed.map((one) => shownText(one)).join(', '));
  }
  const pattern = textOf(declaration['pattern']);
  if (pattern !== undefined && !members.every((one) => matchesPattern(one, pattern))) return bad(`does not match ${pattern}`);
  return withinBounds(value, declaration);
}

/** Linear time (M13). A pattern that is none has been reported by lint; here it matches nothing. */
function matchesPattern(value: Json, pattern: string): boolean {
  try {
    return RE2JS.compile(pattern).matcher(shownText(value)).find();
  } catch {
    return false;
  }
}

function withinBounds(value: Json, declaration: Mapping): Typed {
  const size = measure(value, declaration);
  const min = boundOf(declaration['min'], declaration);
  const max = boundOf(declaration['max'], declaration);
  if (size === undefined) return good(value);
  if (min !== undefined && size < min) return bad(`is below the minimum ${shownText(declaration['min'])}`);
  if (max !== undefined && size > max) return bad(`is above the maximum ${shownText(declaration['max'])}`);
  return good(value);
}

/** Numbers and durations by value; texts and lists by length. */
function measure(value: Json, { type }: Mapping): number | bigint | undefined {
  if (typeof value === 'number') return value;
  if (isArray(value)) return value.length;
  if (typeof value !== 'string') return undefined;
  if (type === 'integer' || type === 'number') return BigInt(value);
  if (type === 'duration') return parseDuration(value);
  return type === 'timestamp' ? readMoment(value)?.getTime() : value.length;
}

/** A limit as `measure` measures values of this type: ms for durations, ms since 1970 for times, else a number. Undefined when it is none. */
export function boundOf(json: Json | undefined, { type }: Mapping): number | undefined {
  if (type === 'duration') return typeof json === 'string' ? parseDuration(json) : undefined;
  if (type === 'timestamp') return typeof json === 'string' ? readMoment(json)?.getTime() : undefined;
  return typeof json === 'number' ? json : undefined;
}

const missingHint = (noun: 'input' | 'field', name: string, declaration: Mapping): string =>
  noun === 'input' ? `-i ${name}=${example(declaration)}` : `for example ${example(declaration)}`;

function example(declaration: Mapping): string {
  const allowed = declaration['enum'];
  if (isArray(allowed) && allowed[0] !== undefined) return shownText(allowed[0]);
  const type = textOf(declaration['type']) ?? 'string';
  return (
    (
      {
        number: '1.5',
        integer: '3',
        boolean: 'true',
        duration: '5m',
        timestamp: '2026-01-31T12:00:00Z',
        list: 'a,b',
      } as Readonly<Record<string, string>>
    )[type] ?? '...'
  );
}
