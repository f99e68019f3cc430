/** From a runner's JSON to a journal value: 64-bit marks from the result schema, masks, and a file for what is too large. */
import { isMapping } from '../core/model/json.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, Value } from '../core/model/value.ts';
import type { Redactor } from '../guard/redact.ts';
import { sha256 } from '../plan/hash.ts';

const inlineLimit = 64 * 1024;
/** What an expression may load, bytes. */
const loadLimit = 4 * 1024 * 1024;

/** JSON pointers of `x-int64` leaves that are there; maps and lists are walked. */
export function int64Pointers(schema: Json | undefined, json: Json, pointer = ''): readonly string[] {
  if (!isMapping(schema)) return [];
  if (schema['x-int64'] === true) return typeof json === 'string' ? [pointer] : [];
  for (const name of ['anyOf', 'oneOf', 'allOf'] as const) {
    const options = schema[name];
    if (Array.isArray(options))
      return [...new Set((options as readonly Json[]).flatMap((one) => int64Pointers(one, json, pointer)))];
  }
  if (Array.isArray(json))
    return (json as readonly Json[]).flatMap((one, i) => int64Pointers(schema['items'], one, `${pointer}/${String(i)}`));
  if (!isMapping(json)) return [];
  const properties = isMapping(schema['properties']) ? schema['properties'] : {};
  return Object.entries(json).flatMap(([key, one]) =>
    int64Pointers(
      properties[key] ?? schema['additionalProperties'],
      one,
      `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    ),
  );
}

export interface Sink {
  readonly redactor: Redactor;
  /** The run directory's `output` folder. */
  readonly folder: string;
}

/** A large value is a file named by its content, so that the same one twice is one file. */
export function toValue(
  json: Json,
  int64: readonly string[],
  sink: Sink,
  { cut = [], undecoded = [], times = [], secret = {} }: Pick<Value, 'cut' | 'undecoded' | 'times' | 'secret'> = {},
): Value {
  const { json: clean, masked } = sink.redactor.json(json);
  const marks = {
    ...(masked.length === 0 ? {} : { masked }),
    ...(int64.length === 0 ? {} : { int64 }),
    ...(times.length === 0 ? {} : { times }),
    ...(cut.length === 0 ? {} : { cut }),
    ...(undecoded.length === 0 ? {} : { undecoded }),
    ...(Object.keys(secret).length === 0 ? {} : { secret }),
  };
  const text = JSON.stringify(clean);
  if (text.length <= inlineLimit) return { json: clean, ...marks };
  const sha = sha256(text);
  writeFileSync(referencePath(sink.folder, sha), text, { mode: 0o600 });
  return { ref: { sha, bytes: Buffer.byteLength(text), media: 'application/json', head: text.slice(0, 200) }, ...marks };
}

const referencePath = (folder: string, sha: string): string => join(folder, `value-${sha}.json`);

/** Undefined: too large for an expression. A file that is gone or was changed is an error of its own: the run cannot continue by guessing. */
export function loadReference(folder: string, reference: NonNullable<Value['ref']>): Json | undefined {
  if (reference.bytes > loadLimit) return undefined;
  const path = referencePath(folder, reference.sha);
  const text = readFileSync(path, 'utf8');
  if (sha256(text) !== reference.sha) throw new Error(`${path} was changed after the run wrote it`);
  return JSON.parse(text) as Json;
}

/** A captured state, also where it is a file by now; undefined when it is masked or too large, so that it could not be put back. */
export function wholeOf(value: Value | undefined, folder: string): Json | undefined {
  if (value === undefined || (value.masked ?? []).length > 0) return undefined;
  if (value.json !== undefined) return value.json;
  return value.ref === undefined ? undefined : loadReference(folder, value.ref);
}

/** Walks `result.stdout` into a result; undefined when it is not there. */
export function principal(path: string | null, result: Json): { readonly json: Json; readonly pointer: string } {
  if (path === null) return { json: result, pointer: '' };
  let json: Json | undefined = result;
  let pointer = '';
  for (const name of path.split('.').slice(1)) {
    json = isMapping(json) ? json[name] : undefined;
    pointer += `/${name}`;
  }
  return { json: json ?? null, pointer };
}

export { isMapping } from '../core/model/json.ts';
