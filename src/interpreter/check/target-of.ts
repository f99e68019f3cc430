/** The declared target that a step talks to: the one it names (by a key of its own, where its type has one), or the only one that fits when it names none and needs one (as plan/targets.ts decides). */
import { baseTarget } from '../core/model/target.ts';
import type { Mapping } from '../document/steps.ts';
import { isMapping } from '../document/steps.ts';
import type { Manifest } from '../port/step-type.ts';

/** Undefined as well when the target is of a type that the step cannot talk to. */
export function boundTarget(
  data: Mapping,
  step: Mapping,
  manifest: Manifest,
): { readonly name: string; readonly type: string } | undefined {
  const declared = isMapping(data['targets']) ? data['targets'] : {};
  const types = manifest.target?.types ?? [];
  const typeOf = (name: string): string => {
    const target = Object.hasOwn(declared, name) ? declared[name] : undefined;
    const type = isMapping(target) ? target['type'] : target;
    return typeof type === 'string' ? type : '';
  };
  const named = step['target'] ?? (manifest.target?.key === undefined ? undefined : step[manifest.target.key]);
  const fitting = manifest.target?.required === true ? Object.keys(declared).filter((name) => types.includes(typeOf(name))) : [];
  const name = typeof named === 'string' ? baseTarget(named) : fitting.length === 1 ? fitting[0] : undefined;
  return name === undefined || !types.includes(typeOf(name)) ? undefined : { name, type: typeOf(name) };
}
