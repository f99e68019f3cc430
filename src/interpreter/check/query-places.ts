/** Templates in the text of a query: each stands where a value may appear, and a duration comes from an input that is one. */
import type { Json } from '../core/model/value.ts';
import type { Mapping } from '../document/steps.ts';
import { isMapping } from '../document/steps.ts';
import type { QueryLanguage } from '../language/sinks/query-places.ts';
import { placesIn } from '../language/sinks/query-places.ts';
import type { Position } from '../port/step-type.ts';
import { isTypedInput } from './durations.ts';
import type { Checked } from './finding.ts';
import type { Roots } from './types.ts';

export function checkQueryPlaces(
  checked: Checked,
  language: QueryLanguage,
  source: string,
  at: (offset: number, length: number) => Position,
  roots: () => Roots,
): void {
  for (const { place, offset, length } of placesIn(language, source)) {
    if (place.is === 'none')
      checked.add('template/place', at(offset, length), `no value is allowed here: ${place.why}`, place.hint);
    if (place.is !== 'duration' && place.is !== 'interval') continue;
    const name = /^\{\{\s*inputs\.(\w+)\s*\}\}$/.exec(source.slice(offset, offset + length))?.[1] ?? '';
    const declared = mappingAt(roots()['inputs'], 'properties', name);
    if (declared !== undefined && declared['x-duration'] !== true && isTypedInput(checked, name))
      checked.add(
        'template/place',
        at(offset, length),
        `expected a duration here, and the input "${name}" is not one`,
        'declare it as { type: duration }',
      );
  }
}

const mappingAt = (json: Json | undefined, ...keys: readonly string[]): Mapping | undefined =>
  keys.reduce<Mapping | undefined>(
    (found, key) => {
      const next = found?.[key];
      return next !== undefined && isMapping(next) ? next : undefined;
    },
    json !== undefined && isMapping(json) ? json : undefined,
  );
