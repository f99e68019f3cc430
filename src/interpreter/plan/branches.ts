/** The steps of each option of `choose`: a group behind the question that runs when the option was chosen. */
import type { Node } from '../core/model/plan.ts';
import type { Json, Key } from '../core/model/value.ts';
import { escapePointer } from '../document/nodes.ts';
import { branchKey, isChoice } from './choice.ts';
import type { StepPlace, PlanContext } from './context.ts';
import type { Mapping } from './json.ts';
import { isArray, isMapping, mappingOf, textOf } from './json.ts';
import { groupNode } from './node.ts';
import { failurePolicy } from './policies.ts';

export interface Branch {
  readonly key: Key;
  readonly node: Node;
  readonly steps: Json;
  readonly inside: StepPlace;
}

/** Groups of the options that have steps, one after the other behind the question; only the chosen one runs. */
export function branchesOf(context: PlanContext, step: Mapping, key: Key, place: StepPlace): readonly Branch[] {
  if (!isChoice(step)) return [];
  const onFailure = failurePolicy(step, place.lane, place.onFailure);
  let previous = key;
  return Object.entries(mappingOf(step['options'])).flatMap(([name, option]) => {
    const steps = isMapping(option) ? option['steps'] : undefined;
    if (!isMapping(option) || !isArray(steps) || steps.length === 0) return [];
    const own = branchKey(key, name);
    const pointer = `${place.pointer}/options/${escapePointer(name)}`;
    const when = `steps.${key}.ok && steps.${key}.value == ${JSON.stringify(name)}`;
    const title = `${textOf(step['title']) ?? key}: ${textOf(option['title']) ?? name}`;
    const node = groupNode(context, { title, when }, own, { ...place, pointer, after: [previous], onFailure });
    previous = own;
    const inside: StepPlace = { lane: place.lane, pointer: `${pointer}/steps`, parent: own, after: [], onFailure, maybe: true };
    return [{ key: own, node, steps, inside }];
  });
}
