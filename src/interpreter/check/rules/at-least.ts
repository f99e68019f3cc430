/** Groups of which so many steps must succeed: they only read, since what fails in them stops nothing, and there are enough of them. */
import { isList } from '../../document/steps.ts';
import type { Checked } from '../finding.ts';
import { isBroken } from '../finding.ts';

export function checkAtLeast(checked: Checked): void {
  for (const { step, pointer } of checked.steps) {
    const { atLeast, steps } = step;
    const at = `${pointer}/atLeast`;
    if (typeof atLeast !== 'number' || !isList(steps) || isBroken(checked, at)) continue;
    if (step['forEach'] !== undefined)
      add(
        checked,
        at,
        'atLeast counts the steps of a group, not the items of forEach',
        'add a check after it: size(steps.ID.succeeded) >= 2',
      );
    else if (atLeast > steps.length)
      add(checked, at, `${String(atLeast)} of ${String(steps.length)} steps can never succeed`, 'lower it, or add steps');
    else writesIn(checked, pointer);
  }
}

function writesIn(checked: Checked, group: string): void {
  for (const { step, pointer, role } of checked.steps) {
    if (role !== 'step' || !pointer.startsWith(`${group}/steps/`) || isBroken(checked, pointer)) continue;
    const type = typeof step['type'] === 'string' ? checked.registry.get(step['type']) : undefined;
    const isRead =
      type === undefined ||
      (type.manifest.kind === 'effect' ? type.facts(step).effect === 'read' : type.manifest.kind === 'check');
    if (!isRead)
      add(
        checked,
        `${pointer}/type`,
        'a group with atLeast only reads: what fails in it stops nothing',
        'take the step out of the group',
      );
  }
}

const add = (checked: Checked, pointer: string, message: string, hint: string): void => {
  checked.add('step/at-least', checked.runbook.at(pointer), message, hint);
};
