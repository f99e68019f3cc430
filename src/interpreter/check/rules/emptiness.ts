/** Emptiness that a condition never sees, because an empty result is no data: a check that fails exactly when all is well. */
import type { Checked } from '../finding.ts';
import { isBroken } from '../finding.ts';

/** `size(value) == 0` in the forms that authors write. */
const asksForEmptiness =
  /^\s*(?:(?:size\((value|result\.\w+)\)|(value|result\.\w+)\.size\(\))\s*(?:==\s*0|<=\s*0|<\s*1)|value\s*==\s*(?:\[\s*\]|null))\s*$/;

export function checkEmptiness(checked: Checked): void {
  for (const { step, pointer } of checked.steps) {
    const manifest = typeof step['type'] === 'string' ? checked.registry.get(step['type'])?.manifest : undefined;
    if (manifest?.emptyIsNoData !== true || isBroken(checked, pointer)) continue;
    for (const key of ['expect', 'until']) {
      const source = step[key];
      const found = typeof source === 'string' ? asksForEmptiness.exec(source) : null;
      if (found === null || sees(step['onNoData'], found[1] ?? found[2] ?? 'null')) continue;
      checked.add(
        'expression/never-empty',
        checked.runbook.atText(`${pointer}/${key}`, 0, source?.toString().length ?? 1),
        'an empty result is no data, so this condition is not evaluated when the result is empty',
        `write \`${key}: none\``,
      );
    }
  }
}

/** With `absent` the value is null, and the result is there. */
const sees = (onNoData: unknown, subject: string): boolean => onNoData === 'absent' && subject !== 'value';
