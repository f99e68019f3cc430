/** `choose` for the rules: its conditions, its texts for people, and the option that a step is in. The steps of options are steps of their own. */
import { isChoice } from '../plan/choice.ts';
import type { Json } from '../core/model/value.ts';
import { escapePointer } from '../document/nodes.ts';
import type { Mapping, Walked } from '../document/steps.ts';
import { isMapping } from '../document/steps.ts';
import type { Checked } from './finding.ts';

export { isChoice } from '../plan/choice.ts';

const optionsOf = (step: Mapping): readonly (readonly [string, Mapping])[] =>
  isMapping(step['options'])
    ? Object.entries(step['options']).flatMap(([name, one]) => (isMapping(one) ? [[name, one] as const] : []))
    : [];

/** Pointer inside the step, source, and what it must come to. */
export function conditionsOfChoice(step: Mapping): readonly (readonly [string, Json, 'bool' | 'any'])[] {
  if (!isChoice(step)) return [];
  const of = (key: string, wanted: 'any') => (step[key] === undefined ? [] : [[`/${key}`, step[key], wanted] as const]);
  return [
    // A map as well: its keys are meant.
    ...of('from', 'any'),
    ...of('suggest', 'any'),
    ...optionsOf(step).flatMap(([name, { when }]) =>
      when === undefined ? [] : [[`/options/${escapePointer(name)}/when`, when, 'bool'] as const],
    ),
  ];
}

/** The step as far as it is text for people and parameters. */
export function withoutBranches(step: Mapping): Mapping {
  if (!isChoice(step)) return step;
  const { from, suggest, ...rest } = step;
  void [from, suggest];
  const options = optionsOf(step).map(([name, { title = null, note = null }]) => [name, { title, note }] as const);
  return { ...rest, options: Object.fromEntries(options) };
}

/** The choice whose option lies at this pointer (one of a step's groups). */
export function choiceAround(checked: Checked, pointer: string): Walked | undefined {
  const at = pointer.lastIndexOf('/options/');
  return at < 0 || checked.stepAt(pointer) !== undefined ? undefined : checked.stepAt(pointer.slice(0, at));
}
