/** Durations, read as the engine reads them: what it would refuse is refused in the pull request, not when the runbook is needed. */
import type { Json } from '../core/model/value.ts';
import { escapePointer } from '../document/nodes.ts';
import { isList, isMapping } from '../document/steps.ts';
import { durationHint, parseDuration } from '../language/duration.ts';
import { badDurations } from '../language/scaling.ts';
import { parseTemplate } from '../language/template/template.ts';
import type { Mapping } from '../document/steps.ts';
import type { Manifest } from '../port/step-type.ts';
import { durationPattern, inputSchema } from './document-schema.ts';
import { durationInput } from '../plan/context.ts';
import type { Checked } from './finding.ts';
import { isBroken } from './finding.ts';
import { describeType, describeValue } from './schema-errors.ts';

/** Where the schema says duration: after the schema itself, which knows the form and not the longest one. */
export function checkDurationsOf(checked: Checked, schema: Json, data: Json, pointer: string): void {
  for (const { at, text } of durationsIn(schema, data, pointer)) {
    if (isBroken(checked, at)) continue;
    if (text.includes('{{')) checkInput(checked, text, at);
    if (text.includes('{{') || parseDuration(text) !== undefined) continue;
    checked.broken.add(at);
    checked.add(
      'value/duration',
      checked.runbook.at(at),
      `${describeValue(text)} is not a duration`,
      `${durationHint}; at most 3650d`,
    );
  }
}

const inputTypes: readonly string[] = (inputSchema.properties['type'] as { readonly enum: readonly string[] }).enum;

/** False: its declaration is wrong, and whatever follows from that is told there. */
export function isTypedInput({ runbook }: Checked, name: string): boolean {
  const inputs = runbook.data['inputs'];
  const declared = isMapping(inputs) && Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  const type = isMapping(declared) ? declared['type'] : declared;
  return typeof type === 'string' && inputTypes.includes(type);
}

/** The plan knows durations before anything is read: only an input can fill one in. What is no template is told as such. */
function checkInput(checked: Checked, text: string, pointer: string): void {
  if (!parseTemplate(text).ok) return;
  const [, name = ''] = durationInput.exec(text) ?? [];
  const inputs = checked.runbook.data['inputs'];
  const declared = isMapping(inputs) ? inputs[name] : undefined;
  const type = isMapping(declared) ? declared['type'] : declared;
  if (type === 'duration' || (name !== '' && !isTypedInput(checked, name)) || isBroken(checked, `/inputs/${escapePointer(name)}`))
    return;
  checked.broken.add(pointer);
  const message =
    name === '' ? 'this duration must be known when the plan is made' : `the input "${name}" is of type ${describeType(type)}`;
  checked.add(
    'value/duration',
    checked.runbook.at(pointer),
    message,
    'write a duration, or {{inputs.name}} of an input of type duration',
  );
}

function durationsIn(
  schema: Json | undefined,
  data: Json,
  pointer: string,
): readonly { readonly at: string; readonly text: string }[] {
  if (!isMapping(schema)) return [];
  if (typeof data === 'string') return schema['pattern'] === durationPattern ? [{ at: pointer, text: data }] : [];
  const { anyOf, properties } = schema;
  if (isList(anyOf)) return anyOf.flatMap((one) => durationsIn(one, data, pointer));
  if (!isMapping(data) || !isMapping(properties)) return [];
  return Object.entries(data).flatMap(([key, one]) =>
    Object.hasOwn(properties, key) ? durationsIn(properties[key], one, `${pointer}/${escapePointer(key)}`) : [],
  );
}

/** Before the schema of the type, whose pattern or type would say the same in worse words. What a template brings is seen when it is rendered. */
export function checkDurations(checked: Checked, manifest: Manifest, own: Mapping, pointer: string): void {
  for (const { pointer: below, leaf } of badDurations(own, manifest)) {
    if (typeof leaf === 'string' ? leaf.includes('{{') : typeof leaf !== 'number') continue;
    const at = `${pointer}${below}`;
    checked.broken.add(at);
    checked.add('value/duration', checked.runbook.at(at), `${describeValue(leaf)} is not a duration`, durationHint);
  }
}
