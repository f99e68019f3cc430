/** `{ type: undo, of: [pause] }` does what `pause` has registered: a step that registers nothing, or comes later, makes it do nothing. */
import { isList, isMapping, walkSteps } from '../../document/steps.ts';
import type { Walked } from '../../document/steps.ts';
import { calledBy, isCall } from '../calls.ts';
import type { Checked } from '../finding.ts';
import { isBroken, isMeant } from '../finding.ts';

export function checkUndoOf(checked: Checked): void {
  const seen = new Map<string, Walked>();
  for (const walked of checked.steps) {
    const { step, pointer } = walked;
    if (step['type'] === 'undo' && isList(step['of']))
      for (const [index, name] of step['of'].entries())
        if (typeof name === 'string' && !isBroken(checked, `${pointer}/of`))
          named(checked, seen, name, `${pointer}/of/${String(index)}`);
    if (walked.id !== undefined) seen.set(walked.id, walked);
  }
}

function named(checked: Checked, seen: ReadonlyMap<string, Walked>, name: string, pointer: string): void {
  const before = seen.get(name);
  const step = before ?? checked.steps.find(({ id }) => id === name);
  if (step === undefined || isBroken(checked, step.pointer)) return;
  const line = String(checked.runbook.at(step.pointer).line);
  if (before === undefined)
    checked.add(
      'undo/nothing',
      checked.runbook.at(pointer),
      `"${name}" comes later (line ${line}): there is nothing to undo yet`,
      'move this step behind it',
    );
  else if (!hasUndo(checked, step))
    checked.add(
      'undo/nothing',
      checked.runbook.at(pointer),
      `"${name}" (line ${line}) has no undo`,
      'give it `undo:`, or do without this step',
    );
}

/** A group has what the steps in it have, and so has the call of a runbook. */
function hasUndo(checked: Checked, walked: Walked): boolean {
  const { step, pointer } = walked;
  if (
    step['undo'] === 'restore' ||
    isMapping(step['undo']) ||
    isList(step['undo']) ||
    isMeant(checked, pointer, 'undo') ||
    isBroken(checked, `${pointer}/undo`)
  )
    return true;
  if (step['type'] === 'runbook') return calledUndoes(checked, step);
  return checked.steps.some((one) => one.groups.includes(pointer) && one.role === 'step' && hasUndo(checked, one));
}

function calledUndoes(checked: Checked, step: Walked['step']): boolean {
  const called = calledBy(checked, step);
  if (called === undefined) return true;
  return walkSteps(called.data).some(
    (one) => isMapping(one.step['undo']) || isList(one.step['undo']) || one.step['undo'] === 'restore' || isCall(one.step),
  );
}
