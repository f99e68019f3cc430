/** A runbook that answers an alert and changes something proves afterwards that it helped. */
import type { Checked } from '../finding.ts';
import { isMeant } from '../finding.ts';
import { answersAlert, changesOf } from './changes.ts';

export function checkValidations(checked: Checked): void {
  if (!answersAlert(checked) || isMeant(checked, '', 'validations')) return;
  const last = changesOf(checked).at(-1);
  if (last === undefined) return;
  const after = checked.steps.slice(checked.steps.indexOf(last) + 1);
  const proves = ({ step }: (typeof after)[number]): boolean => step['expect'] !== undefined || step['until'] !== undefined;
  if (after.some((one) => one.lane === 'validation' || (['containment', 'main'].includes(one.lane) && proves(one)))) return;
  checked.add(
    'validation/none',
    checked.runbook.at(`${last.pointer}/type`),
    'nothing after this change proves that it helped',
    'add `validations:`, for example a wait until the alert’s own metric is well again',
    'warning',
  );
}
