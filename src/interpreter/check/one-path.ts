/** Checks one path of a template with the types in force where it stands. */
import type { Json } from '../core/model/value.ts';
import { isMapping } from '../document/steps.ts';
import type { JsonSchema } from '../language/cel/condition.ts';
import { isSecretSchema } from '../language/cel/types.ts';
import { covers } from '../language/scaling.ts';
import { suggestion } from '../language/suggest.ts';
import type { Checked } from './finding.ts';
import { isPerhapsLost } from './lost-ids.ts';
import { laterStep } from './one-condition.ts';
import type { Roots } from './types.ts';

/**
 * One path of a template: its root is in force here, and every name in it exists. Pointer: in the step, for the places where secrets may go.
 * Returns what it stands for; undefined where that is not known.
 */
export function checkPath(
  checked: Checked,
  names: readonly string[],
  where: ReturnType<Checked['runbook']['at']>,
  roots: Roots,
  pointer: string,
  secretAt: readonly string[],
): JsonSchema | undefined {
  const [root = '', ...rest] = names;
  const mayBeSecret = (): void => {
    if (secretAt.some((one) => covers(one, pointer))) return;
    const hint = secretAt.length === 0 ? 'no secret can appear here' : `allowed at ${secretAt.join(', ')}`;
    checked.add('template/secret', where, 'a secret is not allowed here', hint);
  };
  if (root === 'secrets') {
    mayBeSecret();
    return undefined;
  }
  let schema: JsonSchema | undefined = Object.hasOwn(roots, root) ? roots[root] : undefined;
  if (schema === undefined) {
    const hint = root === 'item' ? 'item exists only inside forEach' : suggestion(root, Object.keys(roots));
    checked.add('template/unknown-name', where, `there is no "${root}"`, hint);
    return undefined;
  }
  for (const [at, name] of rest.entries()) {
    if (isSecretSchema(schema)) {
      checked.add('template/unknown-name', where, `${names.slice(0, at + 1).join('.')} is a secret and has no parts`);
      return undefined;
    }
    const properties: Json | undefined = isMapping(schema) ? schema['properties'] : undefined;
    if (!isMapping(properties)) return undefined;
    if (!Object.hasOwn(properties, name)) {
      if (schema['additionalProperties'] !== false) return undefined;
      if (root === 'steps' && name === rest[0] && isPerhapsLost(checked, name)) return undefined;
      const hint = laterStep(checked, `step "${name}"`, where.line) ?? suggestion(name, Object.keys(properties));
      checked.add(
        'template/unknown-name',
        where,
        `there is no "${name}" in ${names.slice(0, names.indexOf(name)).join('.')}`,
        hint,
      );
      return undefined;
    }
    schema = properties[name] as JsonSchema;
  }
  if (isSecretSchema(schema)) mayBeSecret();
  return schema;
}
