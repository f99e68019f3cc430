/** Targets of types that no step type talks to: reported where they are declared, not at each step that needs one. */
import { escapePointer } from '../document/nodes.ts';
import { isMapping } from '../document/steps.ts';
import { nearest, suggestion } from '../language/suggest.ts';
import type { Checked } from './finding.ts';
import { isBroken } from './finding.ts';

export function checkTargetTypes(checked: Checked): void {
  const declared = checked.runbook.data['targets'];
  if (!isMapping(declared)) return;
  const names = Object.keys(declared);
  if (names.length === 0 || namesUnknownStepType(checked)) return;
  const known = new Set(checked.registry.names().flatMap((name) => checked.registry.get(name)?.manifest.target?.types ?? []));
  for (const name of names) {
    const pointer = `/targets/${escapePointer(name)}`;
    const one = declared[name];
    const type = isMapping(one) ? one['type'] : one;
    if (typeof type !== 'string' || known.has(type) || isBroken(checked, pointer)) continue;
    checked.add(
      'target/unknown-type',
      checked.runbook.at(isMapping(one) ? `${pointer}/type` : pointer),
      `no step type talks to a target of type "${type}"`,
      suggestion(type, [...known]) ?? `types: ${[...known].sort().join(', ')}`,
    );
    checked.broken.add(pointer);
  }
}

/** It may be a type from outside that a configuration names, with targets of its own; not when it is a known one misspelt. */
const namesUnknownStepType = ({ steps, registry }: Checked): boolean =>
  steps.some(
    ({ step: { type } }) =>
      typeof type === 'string' && registry.get(type) === undefined && nearest(type, registry.names()) === undefined,
  );
