/** Thresholds that no reading can satisfy together: a wait that can only abort, a validation that fails because a wait before it held. */
import type { Walked } from '../../document/steps.ts';
import type { Checked } from '../finding.ts';
import { isBroken } from '../finding.ts';
import { changesSomething } from './changes.ts';
import type { ValueRange } from './ranges.ts';
import { comparisonsOf, contains, intersection, isEmpty } from './ranges.ts';

export function checkContradictions(checked: Checked): void {
  const held = new Map<string, { readonly range: ValueRange; readonly condition: string; readonly line: number }>();
  for (const walked of checked.steps) {
    if (isBroken(checked, walked.pointer) || walked.role !== 'step') continue;
    onlyAborts(checked, walked);
    // A change in between makes another world, and preconditions describe the one before.
    if (changesSomething(checked, walked)) held.clear();
    if (!['containment', 'main'].includes(walked.lane) && walked.lane !== 'validation') continue;
    const subject = subjectOf(checked, walked);
    const key = walked.step['until'] !== undefined ? 'until' : 'expect';
    const condition = walked.step[key];
    const range = rangeOf(condition);
    if (subject === undefined || range === undefined || typeof condition !== 'string') continue;
    const before = held.get(subject);
    if (before !== undefined && isEmpty(intersection(before.range, range)))
      checked.add(
        'wait/contradiction',
        checked.runbook.at(`${walked.pointer}/${key}`),
        `this cannot hold together with "${before.condition}", for the same query in line ${String(before.line)}`,
        'nothing between them changes anything; one of the thresholds is wrong',
        'warning',
      );
    held.set(subject, { range, condition, line: checked.runbook.at(`${walked.pointer}/${key}`).line });
  }
}

function onlyAborts(checked: Checked, { step, pointer }: Walked): void {
  const [until, abort] = [rangeOf(step['until']), rangeOf(step['abortWhen'])];
  if (until === undefined || abort === undefined || !contains(abort, until)) return;
  checked.add(
    'wait/contradiction',
    checked.runbook.at(`${pointer}/abortWhen`),
    'whenever `until` holds, `abortWhen` holds as well: this wait can only be given up',
    'abortWhen is for values that mean that it gets worse',
    'warning',
  );
}

/** The same for steps that read the same number. */
function subjectOf(checked: Checked, { step }: Walked): string | undefined {
  const manifest = typeof step['type'] === 'string' ? checked.registry.get(step['type'])?.manifest : undefined;
  const keys = manifest?.readingOf;
  if (keys === undefined) return undefined;
  return JSON.stringify([
    manifest?.target?.types,
    step['target'] ?? null,
    step['at'] ?? null,
    ...keys.map((key) => step[key] ?? null),
  ]);
}

/** Of a condition that compares `value` with one number. */
function rangeOf(condition: unknown): ValueRange | undefined {
  const [only, ...more] = typeof condition === 'string' ? comparisonsOf(condition) : [];
  return more.length === 0 && only?.subject === 'value' && only.isAll ? only.range : undefined;
}
