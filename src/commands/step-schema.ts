/** Cuts one step type out of the published schema. */
import type { JsonSchema } from '../interpreter/language/cel/types.ts';
import type { Json } from '../interpreter/core/model/value.ts';

export type { JsonSchema } from '../interpreter/language/cel/types.ts';

/** The JSON Schema of a step of one type, with the keys that all steps have; undefined when the whole schema has no such type. */
export function schemaOfStep(whole: JsonSchema, type: string): JsonSchema | undefined {
  const definitions = whole['definitions'] as Readonly<Record<string, JsonSchema>>;
  const alternatives = definitions['step']?.['allOf'] as readonly { readonly if: Json; readonly then: JsonSchema }[];
  const wanted = JSON.stringify({ properties: { type: { const: type } }, required: ['type'] });
  const found = alternatives.find((one) => JSON.stringify(one.if) === wanted);
  if (found === undefined) return undefined;
  const { required } = found.then;
  return {
    $schema: whole['$schema'] ?? 'http://json-schema.org/draft-07/schema#',
    title: `A step of type ${type}`,
    type: 'object',
    ...found.then,
    required: ['type', ...(Array.isArray(required) ? (required as readonly Json[]) : [])],
    definitions,
  };
}
