/** Which steps of a runbook change the world; shared by the rules about changes. */
import type { Walked } from '../../document/steps.ts';
import type { Checked } from '../finding.ts';
import { isBroken } from '../finding.ts';
import { isUnsure } from '../unsure.ts';

/** Runbooks without triggers are drills, examples and parts; they may be as short as they like. */
export const answersAlert = (checked: Checked): boolean =>
  Array.isArray(checked.runbook.data['triggers']) && checked.runbook.data['triggers'].length > 0;

/** Steps under `containment:` and `steps:` that are not reads, in order. */
export const changesOf = (checked: Checked): readonly Walked[] =>
  checked.steps.filter(
    (walked) =>
      (walked.lane === 'main' || walked.lane === 'containment') &&
      walked.role === 'step' &&
      !isBroken(checked, walked.pointer) &&
      !isUnsure(checked, walked) &&
      changesSomething(checked, walked),
  );

export function changesSomething(checked: Checked, { step }: Walked): boolean {
  const type = typeof step['type'] === 'string' ? checked.registry.get(step['type']) : undefined;
  return type?.manifest.kind === 'effect' && type.manifest.tellsPeople !== true && type.facts(step).effect !== 'read';
}
