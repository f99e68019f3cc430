/** Types of conditions, read from the JSON Schemas that step types and inputs declare. Unknown is `dyn`: checked when it runs. */
import type { Json } from '../../core/model/value.ts';

export type JsonSchema = Readonly<Record<string, Json>>;

export type Type =
  /** `secret`: never read here. */
  | { readonly is: 'dyn' | 'bool' | 'int' | 'number' | 'duration' | 'timestamp' | 'null' | 'secret' }
  /** `words`: it is one of these, and nothing else. */
  | { readonly is: 'string'; readonly words?: readonly string[] }
  | { readonly is: 'list'; readonly of: Type }
  | { readonly is: 'map'; readonly of: Type }
  | { readonly is: 'record'; readonly fields: Readonly<Record<string, Type>>; readonly rest: Type | undefined };

export const dyn: Type = { is: 'dyn' };
export const bool: Type = { is: 'bool' };
export const text: Type = { is: 'string' };
export const number: Type = { is: 'number' };

const object = (schema: Json | undefined): JsonSchema | undefined =>
  typeof schema === 'object' && schema !== null && !Array.isArray(schema) ? (schema as JsonSchema) : undefined;

/**
 * `x-int64`: an integer carried as text. `x-duration`, `x-timestamp`: what inputs of those types and run.elapsed are.
 * An object with properties is closed unless it says additionalProperties.
 */
export function typeOf(json: Json | undefined): Type {
  const schema = object(json);
  if (schema === undefined) return dyn;
  const known = read.get(schema);
  if (known !== undefined) return known;
  const fresh = readType(schema);
  read.set(schema, fresh);
  return fresh;
}

/** Of an input of type `secret`. */
export const isSecretSchema = (schema: Json | undefined): boolean => object(schema)?.['x-secret'] === true;

/** Every condition sees the records of all steps before it: each schema is read once, not once a condition. */
const read = new WeakMap<JsonSchema, Type>();

function readType(schema: JsonSchema): Type {
  if (schema['x-int64'] === true) return { is: 'int' };
  if (isSecretSchema(schema)) return { is: 'secret' };
  if (schema['x-duration'] === true) return { is: 'duration' };
  if (schema['x-timestamp'] === true) return { is: 'timestamp' };
  switch (singleType(schema)) {
    case 'string':
      return wordsOf(schema);
    case 'integer':
    case 'number':
      return number;
    case 'boolean':
      return bool;
    case 'null':
      return { is: 'null' };
    case 'array':
      return { is: 'list', of: typeOf(schema['items']) };
    case 'object':
      return objectType(schema);
    default:
      return dyn;
  }
}

function wordsOf({ enum: listed }: JsonSchema): Type {
  const words = Array.isArray(listed) ? (listed as readonly Json[]).filter((one) => typeof one === 'string') : [];
  return words.length === 0 ? text : { is: 'string', words };
}

/** `["string", "null"]` counts as string: nothing is found when it runs. */
function singleType(schema: JsonSchema): Json | undefined {
  const type = schema['type'];
  if (Array.isArray(type)) {
    const named = (type as readonly Json[]).filter((one) => one !== 'null');
    return named.length === 1 ? named[0] : undefined;
  }
  if (type !== undefined) return type;
  if (schema['properties'] !== undefined) return 'object';
  const listed = schema['enum'];
  if (Array.isArray(listed) && listed.every((one) => typeof one === 'string')) return 'string';
  return undefined;
}

function objectType(schema: JsonSchema): Type {
  const properties = object(schema['properties']);
  const additional = schema['additionalProperties'];
  if (properties === undefined)
    return object(additional) === undefined ? { is: 'map', of: dyn } : { is: 'map', of: typeOf(additional) };
  const fields: Record<string, Type> = {};
  for (const [name, one] of Object.entries(properties)) fields[name] = typeOf(one);
  const open = additional === true ? dyn : object(additional) === undefined ? undefined : typeOf(additional);
  return { is: 'record', fields, rest: open };
}

/** The way back, so that the checked type of one step's `value` describes it for later steps. */
export function schemaOf(type: Type): JsonSchema {
  switch (type.is) {
    case 'dyn':
      return {};
    case 'bool':
      return { type: 'boolean' };
    case 'int':
      return { type: 'integer' };
    case 'number':
      return { type: 'number' };
    case 'string':
      return { type: 'string', ...(type.words === undefined ? {} : { enum: type.words }) };
    case 'null':
      return { type: 'null' };
    case 'duration':
      return { 'x-duration': true };
    case 'timestamp':
      return { 'x-timestamp': true };
    case 'secret':
      return { 'x-secret': true };
    case 'list':
      return { type: 'array', items: schemaOf(type.of) };
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(type.of) };
    case 'record':
      return {
        type: 'object',
        properties: Object.fromEntries(Object.entries(type.fields).map(([name, one]) => [name, schemaOf(one)])),
        additionalProperties: type.rest === undefined ? false : schemaOf(type.rest),
      };
  }
}

export const isNumeric = (type: Type): boolean => type.is === 'int' || type.is === 'number';

/** May values of these types be compared at all? Unknown and nothing always may. */
export function comparable(left: Type, right: Type): boolean {
  if (left.is === 'dyn' || right.is === 'dyn' || left.is === 'null' || right.is === 'null') return true;
  if (isNumeric(left) && isNumeric(right)) return true;
  if (isMapLike(left) && isMapLike(right)) return true;
  if (left.is === 'list' && right.is === 'list') return comparable(left.of, right.of);
  return left.is === right.is;
}

const isMapLike = (type: Type): boolean => type.is === 'map' || type.is === 'record';

/** The type of `cond ? a : b`, and of the members of a list. */
export function join(left: Type, right: Type): Type {
  if (left.is === 'null') return right;
  if (right.is === 'null') return left;
  if (isNumeric(left) && isNumeric(right)) return left.is === right.is ? left : number;
  if (left.is === 'list' && right.is === 'list') return { is: 'list', of: join(left.of, right.of) };
  if (left.is === 'string' && right.is === 'string') return joinWords(left.words, right.words);
  return left.is === right.is && left.is !== 'map' && left.is !== 'record'
    ? left
    : JSON.stringify(left) === JSON.stringify(right)
      ? left
      : dyn;
}

const joinWords = (left: readonly string[] | undefined, right: readonly string[] | undefined): Type =>
  left === undefined || right === undefined ? text : { is: 'string', words: [...new Set([...left, ...right])] };

/** Words for messages. */
export function nameOfType(type: Type): string {
  const names: Readonly<Record<Type['is'], string>> = {
    dyn: 'anything',
    bool: 'true/false',
    int: 'an integer',
    number: 'a number',
    string: 'text',
    duration: 'a duration',
    timestamp: 'a timestamp',
    null: 'nothing',
    secret: 'a secret',
    list: 'a list',
    map: 'a map',
    record: 'a record',
  };
  return names[type.is];
}

/** What an input of the document is inside expressions. */
export function schemaOfInput(type: string, of?: string): JsonSchema {
  switch (type) {
    case 'number':
      return { type: 'number' };
    case 'integer':
      return { type: 'integer' };
    case 'boolean':
      return { type: 'boolean' };
    case 'duration':
      return { 'x-duration': true };
    case 'timestamp':
      return { 'x-timestamp': true };
    case 'secret':
      return { 'x-secret': true };
    case 'list':
      return { type: 'array', items: of === undefined ? {} : schemaOfInput(of) };
    default:
      return { type: 'string' };
  }
}
