/**
 * Parts of a result that are secrets: by the step type (headers that carry credentials) or by the author (`sensitive`). They are taken out of the
 * result and known to the redactor before anything of it is recorded. Later steps may use them where secrets are allowed, as long as this engine lives.
 */
import type { Json } from '../core/model/value.ts';
import { mask } from '../core/model/value.ts';
import { pointerPattern } from '../language/pointers.ts';
import { escapePointer } from '../language/scaling.ts';
import { pointerKeys } from '../language/value.ts';
import type { Manifest } from '../port/step-type.ts';
import type { Vault } from './vault.ts';
import { isMapping } from './values.ts';

export interface Concealed {
  readonly json: Json;
  /** Pointer -> name in the vault. */
  readonly secret: Readonly<Record<string, string>>;
  /** Pointers of the author at which the result has nothing. */
  readonly unmatched: readonly string[];
}

/** `owner`: the step, so that names in the vault are its own. */
export function conceal(
  result: Json,
  vault: Vault,
  of: { readonly owner: string; readonly manifest: Pick<Manifest, 'sensitiveAt'>; readonly sensitive?: readonly string[] },
): Concealed {
  const named = of.sensitive ?? [];
  const matches = [...named, ...(of.manifest.sensitiveAt ?? [])].map(pointerPattern);
  const deepest = Math.max(0, ...matches.map(({ depth }) => depth));
  if (matches.length === 0) return { json: result, secret: {}, unmatched: [] };
  const secret: Record<string, string> = {};
  const matched = new Set<number>();
  /** Too short, or too long, to be found in other texts: such a text is hidden as a whole. Other texts may have it without the break at its end. */
  const short: string[] = [];
  const hide = (leaf: Json, pointer: string, index: number): Json => {
    if (leaf === null || leaf === '') return leaf;
    const name = [of.owner, 'result', ...pointerKeys(pointer)].join('.');
    const text = String(leaf);
    if (!vault.obtain(name, text) && index < named.length) short.push(text.trim());
    for (const part of cookieValues(pointer, text)) vault.obtain(`${name} value`, part);
    secret[pointer] = name;
    return mask;
  };
  const visit = (json: Json, pointer: string, names: readonly string[], within: number): Json => {
    const found = matches.flatMap((one, at) => (one.matches(names) ? [at] : []));
    for (const at of found) matched.add(at);
    const index = within >= 0 ? within : (found[0] ?? -1);
    if (index < 0 && names.length >= deepest) return json;
    const below = (key: string, one: Json): Json =>
      visit(one, `${pointer}/${escapePointer(key)}`, [...names, key.toLowerCase()], index);
    if (Array.isArray(json)) return json.map((one: Json, at) => below(String(at), one));
    if (isMapping(json)) return Object.fromEntries(Object.entries(json).map(([key, one]) => [key, below(key, one)]));
    return index >= 0 ? hide(json, pointer, index) : json;
  };
  const json = visit(result, '', [], -1);
  const unmatched = named.filter((_, index) => !matched.has(index));
  return { json: short.length === 0 ? json : withoutTexts(json, short), secret, unmatched };
}

/** Whole texts that contain one of the short secrets. */
function withoutTexts(json: Json, short: readonly string[]): Json {
  if (Array.isArray(json)) return json.map((one: Json) => withoutTexts(one, short));
  if (isMapping(json)) return Object.fromEntries(Object.entries(json).map(([key, one]) => [key, withoutTexts(one, short)]));
  return typeof json === 'string' && short.some((one) => json.includes(one)) ? mask : json;
}

/** What a server repeats of a cookie is its value alone. Short ones are ordinary words. */
function cookieValues(pointer: string, text: string): readonly string[] {
  if (!/cookie[^/]*$/i.test(pointer)) return [];
  return [...text.matchAll(/(?:^|,)\s*[^=;,\s]+=([^;,]{12,})/g)].flatMap(([, value]) => value ?? []);
}
