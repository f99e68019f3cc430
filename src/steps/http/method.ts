/** A request may ask for another method than its own, by headers and parameters that many frameworks obey. */
import type { Json } from '../../interpreter/core/model/value.ts';
import { textOf } from '../../interpreter/port/text.ts';

/** Servers that know these take the request for another one. */
const overrides = /^x-(?:http-)?method(?:-override)?$/i;

const namesOf = (json: Json | undefined): readonly string[] =>
  json !== null && typeof json === 'object' && !Array.isArray(json) ? Object.keys(json) : [];

export function overridesMethod(params: Readonly<Record<string, Json>>): boolean {
  return (
    namesOf(params['headers']).some((name) => overrides.test(name)) ||
    namesOf(params['query']).includes('_method') ||
    /[?&]_method=/.test(textOf(params['url']))
  );
}
