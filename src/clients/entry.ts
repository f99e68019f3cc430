/** Reads configuration entries of targets: every key is known or refused, in words for the operator. */
import type { Json } from '../interpreter/core/model/value.ts';
import { suggestion } from '../interpreter/language/suggest.ts';

export type Entry = Readonly<Record<string, Json>>;

export const isEntry = (json: Json | undefined): json is Entry =>
  json !== null && typeof json === 'object' && !Array.isArray(json);

/** `where`: what the entry is, with its article; `also`: a remark beside the known keys. */
export function refuseUnknown(given: Entry, known: readonly string[], where: string, also?: string): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const shown = known.filter((key) => key !== 'members');
  const near = suggestion(unknown, shown) ?? `it has ${shown.join(', ')}`;
  throw new Error(`${where} has no "${unknown}"; ${near}${also === undefined ? '' : `; ${also}`}`);
}

/** A target of several members is named with one of them where something is done to it. */
export function refuseSeveral(given: Entry, where: string): void {
  const [first] = Object.keys(isEntry(given['members']) ? given['members'] : {});
  if (given['members'] !== undefined)
    throw new Error(`${where} of several members is named with one of them: target: NAME/${first ?? 'member'}`);
}

/** Undefined: not given. Throws where it is not text. */
export function entryText(from: Entry, key: string, where: string): string | undefined {
  const value = from[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value === '') throw new Error(`${key} of ${where} must be a text`);
  return value;
}
