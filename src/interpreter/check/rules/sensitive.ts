/** `sensitive` names parts of a result: one that the result never has would mask nothing. */
import type { Json } from '../../core/model/value.ts';
import { isMapping } from '../../document/steps.ts';
import { matchesName } from '../../language/pointers.ts';
import { suggestion } from '../../language/suggest.ts';
import { pointerKeys } from '../../language/value.ts';
import type { Checked } from '../finding.ts';
import { isBroken } from '../finding.ts';
import { sensitivePointers } from '../types.ts';

export function checkSensitive(checked: Checked): void {
  for (const { step, pointer } of checked.steps) {
    const manifest = typeof step['type'] === 'string' ? checked.registry.get(step['type'])?.manifest : undefined;
    if (step['sensitive'] === undefined || manifest === undefined || isBroken(checked, `${pointer}/sensitive`)) continue;
    const isOne = typeof step['sensitive'] === 'string';
    for (const [at, one] of sensitivePointers(step).entries()) {
      const wrong = missingPart(manifest.result, pointerKeys(one));
      if (wrong === undefined) continue;
      const where = checked.runbook.at(`${pointer}/sensitive${isOne ? '' : `/${String(at)}`}`);
      checked.add('result/sensitive', where, `a result of ${manifest.type} has no "${wrong.name}"`, wrong.hint);
    }
  }
}

interface MissingPart {
  readonly name: string;
  readonly hint: string;
}

/** The first name that a closed part of the schema does not have. */
function missingPart(schema: Json | undefined, [key, ...rest]: readonly string[]): MissingPart | undefined {
  if (key === undefined || !isMapping(schema) || !isMapping(schema['properties'])) return undefined;
  const { properties, additionalProperties: open } = schema;
  const known = Object.keys(properties);
  const found = known.filter((name) => matchesName(key.toLowerCase(), name.toLowerCase()));
  if (found.length > 0) return found.length === 1 ? missingPart(properties[found[0] ?? ''], rest) : undefined;
  if (open !== undefined && open !== false) return undefined;
  return { name: key, hint: suggestion(key, known) ?? `it has ${known.join(', ')}` };
}
