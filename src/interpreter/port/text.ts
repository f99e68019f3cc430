/** Parameters as written may be of any kind, also where the schema has refused them already: facts and rules read them without failing. */
import type { Json } from '../core/model/value.ts';

/** A text, number or truth value as text; anything else is none. */
export const textOf = (json: Json | undefined): string =>
  json === undefined || json === null || typeof json === 'object' ? '' : String(json);

/**
 * The beginning of a text, with an ellipsis where it was cut. Nothing else shortens what may hold a secret: a part of one is looked for beside an
 * ellipsis only.
 */
export const firstPart = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most)}…`);

/** The end of a text, with an ellipsis where it was cut. */
export const lastPart = (text: string, most: number): string => (text.length <= most ? text : `…${text.slice(-most)}`);

/** For names in lists: one line of at most 60 characters. */
export function shortName(json: Json | undefined): string {
  const words = (Array.isArray(json) ? (json as readonly Json[]).map(textOf).join(' ') : textOf(json))
    .replaceAll(/\s+/g, ' ')
    .trim();
  return words.length <= 60 ? words : `${words.slice(0, 59)}…`;
}
