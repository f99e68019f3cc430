/** Parameters as written may be of any kind, also where the schema has said so already: facts and rules read them without failing. */
import type { Json } from '../core/model/value.ts';

/** A text, number or truth value as text; anything else is none. */
export const textOf = (json: Json | undefined): string =>
  json === undefined || json === null || typeof json === 'object' ? '' : String(json);
