/** A runbook that answers an alert says of each change how it is taken back, or that it is not. */
import type { Checked } from '../finding.ts';
import { isMeant } from '../finding.ts';
import { answersAlert, changesOf } from './changes.ts';

export function checkUndo(checked: Checked): void {
  if (!answersAlert(checked)) return;
  for (const { step, pointer } of changesOf(checked)) {
    if (step['undo'] !== undefined || isMeant(checked, pointer, 'undo') || checked.unclear.has(pointer)) continue;
    checked.add(
      'undo/missing',
      checked.runbook.at(`${pointer}/type`),
      'this step changes something and does not say how that is taken back',
      '`undo: restore`, the steps that take it back, or `undo: none`',
      'warning',
    );
  }
}
