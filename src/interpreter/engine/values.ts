/** From a runner's JSON to a journal value: 64-bit marks from the result schema, masks, and a file for what is too large (core.md 2). */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, Value } from '../core/value.ts';
import type { Redactor } from '../guard/redact.ts';

const inlineLimit = 64 * 1024;

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

export function toValue(json: Json, int64: readonly string[], sink: Sink, name: string): Value {
  const { json: clean, masked } = sink.redactor.json(json);
  const text = JSON.stringify(clean);
  if (text.length > inlineLimit) {
    const sha = createHash('sha256').update(text).digest('hex');
    writeFileSync(join(sink.folder, `${name}.json`), text, { mode: 0o600 });
    return { ref: { sha, bytes: Buffer.byteLength(text), media: 'application/json', head: text.slice(0, 200) } };
  }
  return { json: clean, ...(masked.length === 0 ? {} : { masked }), ...(int64.length === 0 ? {} : { int64 }) };
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

export function isMapping(json: unknown): json is Readonly<Record<string, Json>> {
  return json !== null && typeof json === 'object' && !Array.isArray(json);
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
