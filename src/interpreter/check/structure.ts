/** Keys and types of values: every mapping of the document against the schema of exactly that mapping, so that one mistake is one finding. */
import type { Json } from '../core/model/value.ts';
import type { Fix } from '../document/fix.ts';
import { replaceWord } from '../document/fix.ts';
import { escapePointer } from '../document/nodes.ts';
import type { Mapping, Walked } from '../document/steps.ts';
import { isMapping } from '../document/steps.ts';
import { onlyWord } from '../language/template/mend.ts';
import { nearest, suggestion } from '../language/suggest.ts';
import type { Position } from '../port/step-type.ts';
import { checkDurations, checkDurationsOf } from './durations.ts';
import type { Checked } from './finding.ts';
import { isMeant } from './finding.ts';
import { checkKeysInForce } from './keys-in-force.ts';
import { checkKind } from './other-kind.ts';
import { commsSchema, inputSchema, sectionsOfWork, stepSchema, topSchema, watchOnly } from './document-schema.ts';
import type { ObjectSchema } from './document-schema.ts';
import { validateSchema } from './schema-errors.ts';

export function checkStructure(checked: Checked): void {
  if (checkKind(checked)) return;
  const { data } = checked.runbook;
  checkMapping(checked, data, '', topSchema, 'document', 'a runbook');
  for (const [name, declared] of Object.entries(isMapping(data['inputs']) ? data['inputs'] : {})) {
    if (isMapping(declared)) checkMapping(checked, declared, `/inputs/${escapePointer(name)}`, inputSchema, 'input', 'an input');
  }
  if (sectionsOfWork.every((key) => data[key] === undefined) && !looksMisspelt(data)) {
    checked.add(
      'key/missing',
      checked.runbook.at('', 'key'),
      'a runbook needs steps, diagnosis or validations',
      'add a list `steps:`',
    );
  }
  for (const walked of checked.steps) step(checked, walked);
}

/** The misspelt key is a finding already. */
const looksMisspelt = (data: Mapping): boolean =>
  Object.keys(data).some((key) => topSchema.properties[key] === undefined && nearest(key, sectionsOfWork) !== undefined);

function step(checked: Checked, walked: Walked): void {
  const { step: own, pointer } = walked;
  if (walked.role === 'comms') {
    checkMapping(checked, own, pointer, commsSchema, 'comms', 'a message');
    if (
      own['at'] === undefined &&
      own['every'] === undefined &&
      !isMeant(checked, pointer, 'at') &&
      !isMeant(checked, pointer, 'every')
    )
      checked.add(
        'key/missing',
        checked.runbook.at(pointer),
        'a message without a moment is never sent',
        'add `at: [finished]` or `every:`',
      );
    return;
  }
  const group = own['steps'] !== undefined && own['type'] === undefined;
  // Two types: which of them is meant is not known, and so nothing about the other keys.
  if (checked.broken.has(`${pointer}/type`)) {
    checked.broken.add(pointer);
    return;
  }
  const typed = typeof own['type'] === 'string' ? checked.registry.get(own['type']) : undefined;
  if (!group && typed === undefined) {
    missingType(checked, walked);
    return;
  }
  const params = typed?.manifest.params as ObjectSchema | undefined;
  const properties = params?.properties ?? {};
  const commonPart: Record<string, Json> = {};
  const typePart: Record<string, Json> = {};
  let strange = false;
  for (const [key, value] of Object.entries(own)) {
    if (isCommon(key, walked, properties)) commonPart[key] = value;
    else if (Object.hasOwn(properties, key)) typePart[key] = value;
    else strange = true;
  }
  if (strange) {
    const common = Object.keys(stepSchema.properties).filter((key) => isCommon(key, walked, properties));
    const known = [...common, ...Object.keys(properties)];
    unknownKeys(checked, own, pointer, known, `a step of type ${typed?.manifest.type ?? 'group'}`);
  }
  checkKeysInForce(checked, walked, typed, properties);
  validateSchema(checked, 'step', commonPart, pointer, []);
  checkDurationsOf(checked, stepSchema, commonPart, pointer);
  if (typed !== undefined) {
    const given = new Set(Object.keys(own));
    checkDurations(checked, typed.manifest, typePart, pointer);
    const required = (params?.required ?? []).filter((key) => !isMeant(checked, pointer, key));
    validateSchema(checked, `type:${typed.manifest.type}`, typePart, pointer, required, typed.validate);
    for (const key of typed.manifest.requires ?? []) {
      if (!given.has(key) && !isMeant(checked, pointer, key)) {
        checked.add(
          key === 'timeout' ? 'wait/no-timeout' : 'key/missing',
          checked.runbook.at(`${pointer}/type`),
          `${typed.manifest.type} needs ${key}`,
          `add \`${key}:\``,
        );
      }
    }
  }
  if (typed?.manifest.kind === 'ask' && isMapping(own['fields']))
    for (const [name, field] of Object.entries(own['fields']))
      if (isMapping(field))
        checkMapping(checked, field, `${pointer}/fields/${escapePointer(name)}`, inputSchema, 'input', 'a field');
  if (walked.role === 'step' && own['id'] === undefined && !isMeant(checked, pointer, 'id')) {
    checked.add('key/missing', checked.runbook.at(pointer), 'a step needs an id', 'add `id: someName`');
  }
}

/** Own keys of the step type win over common ones of the same name (notify.to, consume.from). */
function isCommon(key: string, walked: Walked, own: Readonly<Record<string, Json>>): boolean {
  if (!Object.hasOwn(stepSchema.properties, key) || Object.hasOwn(own, key)) return false;
  if (watchOnly.has(key)) return walked.role === 'watch';
  return key !== 'within' || walked.role === 'probe';
}

function missingType(checked: Checked, walked: Walked): void {
  const { pointer, step: own } = walked;
  checked.broken.add(pointer);
  const names = checked.registry.names();
  const typeIsMisspelt = Object.keys(own).some(
    (key) => stepSchema.properties[key] === undefined && nearest(key, ['type']) !== undefined,
  );
  if (walked.role === 'watch' && own['type'] === undefined && !typeIsMisspelt) {
    checked.broken.delete(pointer);
    const known = Object.keys(stepSchema.properties).filter((key) => isCommon(key, walked, {}));
    unknownKeys(checked, own, pointer, known, 'a guard');
    checkKeysInForce(checked, walked, undefined, {});
    validateSchema(checked, 'step', own, pointer, []);
    checkDurationsOf(checked, stepSchema, own, pointer);
    return;
  }
  if (typeof own['type'] !== 'string') {
    const misspelt = Object.keys(own).find(
      (key) => nearest(key, ['type', 'steps']) !== undefined && stepSchema.properties[key] === undefined,
    );
    if (misspelt !== undefined) {
      checked.add(
        'key/unknown',
        checked.runbook.at(`${pointer}/${escapePointer(misspelt)}`, 'key'),
        `unknown key "${misspelt}"`,
        suggestion(misspelt, ['type', 'steps']),
        'error',
        exchanged(checked, checked.runbook.at(`${pointer}/${escapePointer(misspelt)}`, 'key'), misspelt, ['type', 'steps']),
      );
    } else
      checked.add(
        'key/missing',
        checked.runbook.at(pointer),
        'a step needs a type (or steps, to be a group)',
        `types: ${names.join(', ')}`,
      );
    return;
  }
  checked.add(
    'step/unknown-type',
    checked.runbook.at(`${pointer}/type`),
    checked.config === undefined
      ? `unknown step type "${own['type']}"; a configuration may name it`
      : `there is no step type "${own['type']}", and the configuration names none`,
    suggestion(own['type'], names) ?? `types: ${names.join(', ')}`,
    'error',
    exchanged(checked, checked.runbook.at(`${pointer}/type`), own['type'], names),
  );
}

/** One mapping against its schema: unknown, missing and wrong values. `validator`: name of the generated one; `what`: as people call the mapping. */
export function checkMapping(
  checked: Checked,
  data: Mapping,
  pointer: string,
  schema: ObjectSchema,
  validator: string,
  what: string,
): void {
  unknownKeys(checked, data, pointer, Object.keys(schema.properties), what);
  const known = Object.fromEntries(Object.entries(data).filter(([key]) => Object.hasOwn(schema.properties, key)));
  const missing = (schema.required ?? []).filter((key) => !isMeant(checked, pointer, key));
  validateSchema(checked, validator, known, pointer, missing);
  checkDurationsOf(checked, schema, known, pointer);
}

function unknownKeys(checked: Checked, data: Mapping, pointer: string, known: readonly string[], what: string): void {
  const unknown = Object.keys(data).filter((key) => !known.includes(key));
  for (const key of unknown) {
    const place = checked.runbook.at(`${pointer}/${escapePointer(key)}`, 'key');
    const free = known.filter((one) => data[one] === undefined);
    checked.add(
      'key/unknown',
      place,
      `${what} has no key "${key}"`,
      suggestion(key, free) ?? afterComma(data, key) ?? `keys: ${[...known].sort().join(', ')}`,
      'error',
      twins(key, unknown, free) ? undefined : exchanged(checked, place, key, free),
    );
    checked.broken.add(`${pointer}/${escapePointer(key)}`);
    intend(checked, pointer, nearest(key, free), key);
  }
}

/** `{ message: Stop, then wait }` has the key `then wait`: in braces a comma ends a text that is not quoted. */
function afterComma(data: Mapping, key: string): string | undefined {
  const keys = Object.keys(data);
  const before = keys[keys.indexOf(key) - 1] ?? '';
  const text = data[before];
  return data[key] === null && typeof text === 'string' ? `quote a text with a comma: ${before}: "${text}, ${key}"` : undefined;
}

function intend({ meant }: Checked, pointer: string, key: string | undefined, written: string): void {
  if (key === undefined) return;
  meant.set(pointer, (meant.get(pointer) ?? new Map<string, string>()).set(key, written));
}

/** Two misspellings of one key: only the author knows which value is the right one. */
const twins = (key: string, unknown: readonly string[], free: readonly string[]): boolean =>
  unknown.some((other) => other !== key && onlyWord(other, free) === onlyWord(key, free));

function exchanged(checked: Checked, where: Position, word: string, known: readonly string[]): Fix | undefined {
  const meant = onlyWord(word, known);
  return meant === undefined ? undefined : replaceWord(checked.runbook.text, where, word, meant);
}
