/** Bare numbers where text is due: 1.10 is the number 1.1, 0755 is 755. A command would get another text than what is written. */
import type { Json } from '../core/model/value.ts';
import { marked } from '../document/fix.ts';
import type { Mapping, Walked } from '../document/steps.ts';
import { isList, isMapping } from '../document/steps.ts';
import { covers } from '../language/scaling.ts';
import { pointerKeys } from '../language/value.ts';
import { wantsText } from '../plan/text-inputs.ts';
import { commsSchema, stepSchema, topSchema } from './document-schema.ts';
import type { Checked } from './finding.ts';
import { isBroken } from './finding.ts';

export function checkBareNumbers(checked: Checked): void {
  for (const [pointer, source] of checked.runbook.rewritten) {
    if (isBroken(checked, pointer) || !isText(checked, pointer)) continue;
    checked.broken.add(pointer);
    const where = checked.runbook.at(pointer);
    const { offset } = marked(checked.runbook.text, where);
    const number = String(Number(source));
    checked.add(
      'yaml/number',
      where,
      `${source} is read as the number ${number}, and here text is due`,
      `quote it: "${source}", or write ${number}`,
      'error',
      { offset, length: source.length, text: `"${source}"` },
    );
  }
}

function isText(checked: Checked, pointer: string): boolean {
  const { data } = checked.runbook;
  const keys = pointerKeys(pointer);
  if (keys[0] === 'inputs') return isDeclaredText(data['inputs'], keys.slice(1));
  if (keys[0] === 'triggers' && keys[2] === 'labels') return true;
  if (keys[0] === 'triggers' && keys[2] === 'inputs') return wantsText(declarationOf(data['inputs'], keys[3]));
  const walked = stepAround(checked, pointer);
  if (walked === undefined) return mayBeText(schemasAt(topSchema, keys));
  return isTextOfStep(checked, walked, pointer.slice(walked.pointer.length));
}

/** The innermost step that holds the value. */
function stepAround(checked: Checked, pointer: string): Walked | undefined {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = checked.stepAt(at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isTextOfStep(checked: Checked, { step, role }: Walked, below: string): boolean {
  const keys = pointerKeys(below);
  if (keys[0] === 'fields') return isDeclaredText(step['fields'], keys.slice(1));
  if (role === 'comms') return mayBeText(schemasAt(commsSchema, keys));
  const manifest = typeof step['type'] === 'string' ? checked.registry.get(step['type'])?.manifest : undefined;
  const own = schemasAt(manifest?.params, keys);
  if (own.length === 0) return mayBeText(schemasAt(stepSchema, keys));
  // A value of any kind: text where it is sent as text, such as a parameter of a query or a record.
  const isSent = Object.keys(manifest?.sinkAt ?? {}).some((pattern) => covers(pattern, below));
  return mayBeText(own) || (isSent && own.some((one) => one['type'] === undefined));
}

const isDeclaredText = (declared: Json | undefined, [name, key]: readonly string[]): boolean =>
  (key === 'default' || key === 'enum') && wantsText(declarationOf(declared, name));

const declarationOf = (declared: Json | undefined, name: string | undefined): Json | undefined =>
  isMapping(declared) && name !== undefined && Object.hasOwn(declared, name) ? declared[name] : undefined;

/** Where a number is taken beside text; where text alone is, the schema refuses it. */
const mayBeText = (schemas: readonly Mapping[]): boolean =>
  schemas.some(
    ({ type }) => isList(type) && type.includes('string') && type.some((one) => one === 'number' || one === 'integer'),
  );

/** The schemas of the value at a path; several where there are alternatives, none where the path leads nowhere. */
function schemasAt(schema: Json | object | undefined, [key, ...rest]: readonly string[]): readonly Mapping[] {
  if (!isMapping(schema)) return [];
  const { properties, additionalProperties, items, anyOf } = schema as Mapping;
  if (isList(anyOf)) return anyOf.flatMap((one) => schemasAt(one, key === undefined ? [] : [key, ...rest]));
  if (key === undefined) return [schema];
  if (isMapping(properties) && Object.hasOwn(properties, key)) return schemasAt(properties[key], rest);
  return schemasAt(isMapping(additionalProperties) ? additionalProperties : items, rest);
}
