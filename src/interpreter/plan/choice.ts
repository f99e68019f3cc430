/** `choose` as the plan asks it. */
import type { Choice } from '../core/model/plan.ts';
import type { Key } from '../core/model/value.ts';
import type { Mapping } from './json.ts';
import { celOf, isArray, isMapping, mappingOf } from './json.ts';
import { plainTree } from './params.ts';

export const isChoice = (step: Mapping): boolean => step['type'] === 'choose';

export function choiceOf(step: Mapping): Choice | undefined {
  if (!isChoice(step)) return undefined;
  const [from, suggest] = [celOf(step['from']), celOf(step['suggest'])];
  return {
    options: Object.entries(mappingOf(step['options'])).map(([name, json]) => optionOf(name, mappingOf(json))),
    ...(from === undefined ? {} : { from }),
    ...(suggest === undefined ? {} : { suggest }),
  };
}

function optionOf(name: string, option: Mapping): Choice['options'][number] {
  const [title, note, when] = [option['title'], option['note'], celOf(option['when'])];
  return {
    name,
    ...(typeof title === 'string' ? { title: plainTree(title) } : {}),
    ...(typeof note === 'string' ? { note: plainTree(note) } : {}),
    ...(when === undefined ? {} : { when }),
  };
}

/** No id of a step has a colon. */
export const branchKey = (key: Key, name: string): Key => `${key}:${name}`;

/** Of a step and, for a choice, of everything that belongs to it: who needs the step waits for the chosen way too. */
export const withBranches = (step: Mapping, key: Key): readonly Key[] => [
  key,
  ...(isChoice(step)
    ? Object.entries(mappingOf(step['options'])).flatMap(([name, option]) =>
        isMapping(option) && isArray(option['steps']) && option['steps'].length > 0 ? [branchKey(key, name)] : [],
      )
    : []),
];
