/**
 * How a step names the place it talks to: `db`, `db/member`, and with the fields that `at` replaces `db@host:10.0.0.5`, several as
 * `db@host,port:10.0.0.5,5432`. One text, so that the plan, every approval, the screen and the journal show the place.
 */
import type { Json } from './value.ts';

export interface TargetReference {
  readonly name: string;
  readonly member?: string;
  /** Fields of the entry that the step replaces. */
  readonly at: Readonly<Record<string, string>>;
}

export type ParsedTarget =
  | { readonly ok: true; readonly reference: TargetReference }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** What stands before the member and the replaced fields. */
export const baseTarget = (text: string): string => text.split(/[/@]/, 1)[0] ?? text;

export const withFields = (text: string, at: Readonly<Record<string, string>>): string => {
  const fields = Object.keys(at);
  return fields.length === 0 ? text : `${text}@${fields.join(',')}:${Object.values(at).join(',')}`;
};

/** `text`: complete, without templates. A value with a comma could be taken for two, and is refused. */
export function parseTarget(text: string): ParsedTarget {
  const [, name = '', member, listed, given = ''] = /^([^/@]*)(?:\/([^@]*))?(?:@([^:]*):([\s\S]*))?$/.exec(text) ?? [];
  const fields = listed?.split(',') ?? [];
  const values = listed === undefined ? [] : given.split(',');
  if (fields.length !== values.length)
    return { ok: false, message: `the place "${text}" has a comma in a value`, hint: `give ${fields.join(', ')} without commas` };
  const at = Object.fromEntries(fields.map((field, index) => [field, values[index] ?? '']));
  return { ok: true, reference: { name, at, ...(member === undefined ? {} : { member }) } };
}

type Entry = Readonly<Record<string, Json | undefined>>;

/** The entry of a target with the fields that a step replaces, or why the configuration does not let it. */
export function placedEntry(
  { at: allowed, ...entry }: Entry,
  { name, at }: TargetReference,
):
  | { readonly ok: true; readonly entry: Readonly<Record<string, Json>> }
  | { readonly ok: false; readonly message: string; readonly hint: string } {
  const patterns = allowed !== null && typeof allowed === 'object' && !Array.isArray(allowed) ? (allowed as Entry) : {};
  const placed: Record<string, Json> = { ...(entry as Readonly<Record<string, Json>>) };
  for (const [field, value] of Object.entries(at)) {
    const pattern = Object.hasOwn(patterns, field) ? patterns[field] : undefined;
    if (typeof pattern !== 'string')
      return {
        ok: false,
        message: `the configuration does not let a step choose the ${field} of target "${name}"`,
        hint: `allow it in the entry of "${name}": at: { ${field}: PATTERN }`,
      };
    // A reference to a secret would be opened and sent to the place that was chosen.
    if (value.startsWith('secret:') || !new RegExp(`^(?:${pattern})$`, 'u').test(value))
      return {
        ok: false,
        message: `"${value}" is not allowed as the ${field} of target "${name}"`,
        hint: `the configuration allows what matches ${pattern}`,
      };
    placed[field] = typeof entry[field] === 'number' && /^\d+$/.test(value) ? Number(value) : value;
  }
  return { ok: true, entry: placed };
}
