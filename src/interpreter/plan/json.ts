/** Narrowing of document data. */
import type { Mapping } from '../core/model/json.ts';
import { isMapping } from '../core/model/json.ts';
import type { Json } from '../core/model/value.ts';

export type { Mapping } from '../core/model/json.ts';
export { isMapping } from '../core/model/json.ts';

export const mappingOf = (json: Json | undefined): Mapping => (isMapping(json) ? json : {});
export const isArray = (json: Json | undefined): json is readonly Json[] => Array.isArray(json);
export const textOf = (json: Json | undefined): string | undefined => (typeof json === 'string' ? json : undefined);

/** One or several: a text, or a list of them. */
export function textsOf(json: Json | undefined): readonly string[] {
  if (isArray(json)) return json.filter((one) => typeof one === 'string');
  return typeof json === 'string' ? [json] : [];
}

/** CEL as written; YAML may have read `true` or `3` as themselves. */
export const celOf = (json: Json | undefined): string | undefined =>
  typeof json === 'string' ? json : typeof json === 'boolean' || typeof json === 'number' ? String(json) : undefined;

/** Text unchanged, anything else as JSON: for messages and patterns. */
export const shownText = (json: Json | undefined): string => (typeof json === 'string' ? json : JSON.stringify(json ?? null));

export const without = (mapping: Mapping, names: readonly string[]): Mapping =>
  Object.fromEntries(Object.entries(mapping).filter(([name]) => !names.includes(name)));
