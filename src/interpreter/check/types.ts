/** Types of everything an expression may read, as JSON Schemas: inputs, targets, and each step's record by its place. */
import type { Json } from '../core/model/value.ts';
import type { Mapping, Walked } from '../document/steps.ts';
import { isList, isMapping } from '../document/steps.ts';
import { checkExpression } from '../language/cel/condition.ts';
import type { JsonSchema } from '../language/cel/condition.ts';
import { environmentSchema, runSchema, stepRoot, targetsSchema } from '../language/cel/roots.ts';
import { schemaOfInput } from '../language/cel/types.ts';
import { pointerKeys } from '../language/value.ts';
import { textOf } from '../port/text.ts';
import { escapePointer } from '../document/nodes.ts';
import { calledBy } from './calls.ts';
import type { Checked } from './finding.ts';
import { isBroken, isMeant } from './finding.ts';

export const anything: JsonSchema = {};
const object = (properties: Readonly<Record<string, Json>>): JsonSchema => ({
  type: 'object',
  properties,
  additionalProperties: false,
});
const text: JsonSchema = { type: 'string' };

export type Roots = Readonly<Record<string, JsonSchema>>;

export interface StepTypes {
  /** Roots that every expression of the document may read. */
  readonly shared: Roots;
  readonly value: ReadonlyMap<string, JsonSchema>;
  readonly result: ReadonlyMap<string, JsonSchema>;
}

export function documentRoots(checked: Checked): Roots {
  const { data } = checked.runbook;
  const inputs = isMapping(data['inputs']) ? data['inputs'] : {};
  const targets = isMapping(data['targets']) ? data['targets'] : {};
  const links = isMapping(data['links']) ? data['links'] : {};
  return {
    inputs: isMeant(checked, '', 'inputs')
      ? anything
      : object(
          Object.fromEntries(
            Object.entries(inputs).map(([name, one]) => [
              name,
              isBroken(checked, `/inputs/${escapePointer(name)}`) || hasWrongType(checked, name) ? anything : inputSchema(one),
            ]),
          ),
        ),
    targets: isMeant(checked, '', 'targets')
      ? anything
      : targetsSchema(
          Object.fromEntries(
            Object.entries(targets).map(([name, one]) => [name, { many: isMapping(one) && one['many'] === true }]),
          ),
        ),
    links: isMeant(checked, '', 'links') ? anything : object(Object.fromEntries(Object.keys(links).map((name) => [name, text]))),
    env: environmentSchema(factsOf(checked)),
    run: runSchema,
  };
}

/** Of the environment that was chosen, else of all in the configuration. Undefined without a configuration: then they may be anything. */
function factsOf({ config, environment }: Checked): Readonly<Record<string, Json>> | undefined {
  if (config === undefined) return undefined;
  const chosen = environment === undefined ? Object.values(config.environments) : [config.environments[environment]];
  return Object.fromEntries(chosen.flatMap((one) => Object.entries(one?.facts ?? {})));
}

const hasWrongType = (checked: Checked, name: string): boolean =>
  ['type', 'of'].some(
    (key) =>
      isBroken(checked, `/inputs/${escapePointer(name)}/${key}`) || isMeant(checked, `/inputs/${escapePointer(name)}`, key),
  );

function inputSchema(declared: Json | undefined): JsonSchema {
  if (!isMapping(declared) || typeof declared['type'] !== 'string') return anything;
  const schema = schemaOfInput(declared['type'], typeof declared['of'] === 'string' ? declared['of'] : undefined);
  return schema['type'] === 'string' && isList(declared['enum']) ? { ...schema, enum: declared['enum'] } : schema;
}

/** Schema of a step's result, and of its principal value before the author narrows it. */
export function resultOf(checked: Checked, step: Mapping): { readonly result: JsonSchema; readonly value: JsonSchema } {
  const type = typeof step['type'] === 'string' ? checked.registry.get(step['type']) : undefined;
  if (type?.manifest.kind === 'call') return { result: anything, value: outputsOf(checked, step) };
  if (type === undefined || type.manifest.kind === 'check') return { result: anything, value: anything };
  if (type.manifest.kind === 'ask')
    return { result: anything, value: (type.facts(step).valueSchema as JsonSchema | undefined) ?? answersOf(step) };
  const declared = (isMapping(type.manifest.result) ? type.manifest.result : anything) as JsonSchema;
  const facts = type.facts(step);
  const known = isMapping(facts.valueSchema) ? withValue(declared, type.manifest.value, facts.valueSchema) : declared;
  const result = withSecrets(known, [...(type.manifest.sensitiveAt ?? []), ...sensitivePointers(step)]);
  if (isMapping(facts.valueSchema)) return { result, value: facts.valueSchema };
  let value: Json | undefined = result;
  for (const name of type.manifest.value?.split('.').slice(1) ?? []) {
    const properties: Json | undefined = isMapping(value) ? value['properties'] : undefined;
    value = isMapping(properties) ? properties[name] : undefined;
  }
  return { result, value: isMapping(value) ? value : anything };
}

/** What is known of the principal value is known of it inside the result too. */
function withValue(result: JsonSchema, path: string | null, value: Json): JsonSchema {
  const [, name, ...below] = path?.split('.') ?? [];
  if (name === undefined || below.length > 0 || !isMapping(result['properties'])) return result;
  return { ...result, properties: { ...result['properties'], [name]: value } };
}

export const sensitivePointers = ({ sensitive }: Mapping): readonly string[] =>
  (isList(sensitive) ? sensitive : [sensitive]).filter((one) => typeof one === 'string');

/** The schema in which what is sensitive is a secret; patterns with `*` are left to the run. */
function withSecrets(schema: JsonSchema, pointers: readonly string[]): JsonSchema {
  return pointers.filter((one) => !one.includes('*')).reduce((all, one) => withSecret(all, pointerKeys(one)), schema);
}

function withSecret(schema: JsonSchema, [key, ...rest]: readonly string[]): JsonSchema {
  if (key === undefined) return { 'x-secret': true };
  const { properties, additionalProperties: open } = schema;
  const known = isMapping(properties) ? properties : {};
  const below = known[key] ?? open;
  const part = withSecret(isMapping(below) ? below : anything, rest);
  const isClosed = isMapping(properties) && open === undefined;
  return {
    ...schema,
    properties: { ...known, [key]: part },
    ...(isClosed || open === false ? {} : { additionalProperties: open ?? true }),
  };
}

/** What the called runbook declares; anything where it is not known. */
function outputsOf(checked: Checked, step: Mapping): JsonSchema {
  const called = calledBy(checked, step);
  if (called === undefined) return anything;
  const outputs = called.data['outputs'];
  return object(Object.fromEntries(Object.keys(isMapping(outputs) ? outputs : {}).map((name) => [name, anything])));
}

function answersOf(step: Mapping): JsonSchema {
  if (!isMapping(step['fields'])) return anything;
  return object(Object.fromEntries(Object.entries(step['fields']).map(([name, one]) => [name, inputSchema(one)])));
}

/** Type of the value after `value:`; unknown when the expression is wrong (that is a finding of its own). */
export function narrowedOf(step: Mapping, roots: Roots, plain: JsonSchema): JsonSchema {
  const source = step['value'];
  if (step['forEach'] !== undefined && source === undefined) return plain;
  if (source === undefined) return plain;
  const found = checkExpression(textOf(source), roots, 'any');
  return found.ok ? found.schema : anything;
}

/** `steps.<id>` as later steps see it; `collected`: from outside of the turns in which it ran, by item. */
export function recordSchema(walked: Walked, value: JsonSchema, result: JsonSchema, collected: boolean): JsonSchema {
  const each = walked.step['forEach'] !== undefined || collected;
  return stepRoot(value, result, each);
}
