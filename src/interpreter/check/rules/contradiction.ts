/** Thresholds that no reading can satisfy together: a wait that can only abort, a validation that fails because a wait before it held. */
import type { Walked } from '../../document/steps.ts';
import type { Checked } from '../finding.ts';
import { isBroken } from '../finding.ts';
import { changes } from './changes.ts';

/** Values that a condition allows. */
interface Range {
  readonly low: number;
  readonly high: number;
  readonly lowIn: boolean;
  readonly highIn: boolean;
}

export function checkContradictions(checked: Checked): void {
  const held = new Map<string, { readonly range: Range; readonly condition: string; readonly line: number }>();
  for (const walked of checked.steps) {
    if (isBroken(checked, walked.pointer) || walked.role !== 'step') continue;
    onlyAborts(checked, walked);
    // A change in between makes another world, and preconditions describe the one before.
    if (changes(checked, walked)) held.clear();
    if (walked.lane !== 'main' && walked.lane !== 'validation') continue;
    const subject = subjectOf(walked);
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

/** Query and target: the same readings. */
function subjectOf({ step }: Walked): string | undefined {
  if (step['type'] !== 'metric' && step['type'] !== 'wait-until-metric') return undefined;
  return typeof step['query'] === 'string' && step['past'] === undefined
    ? JSON.stringify([step['query'], step['target'] ?? null, step['labels'] ?? null, step['reduce'] ?? null])
    : undefined;
}

/** Of a condition that compares `value` with one number. */
function rangeOf(condition: unknown): Range | undefined {
  if (typeof condition !== 'string') return undefined;
  const [, operator, text] = /^\s*value\s*(<=|>=|==|<|>)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(condition) ?? [];
  const number = Number(text);
  const all: Range = { low: -Infinity, high: Infinity, lowIn: false, highIn: false };
  switch (operator) {
    case '<':
      return { ...all, high: number };
    case '<=':
      return { ...all, high: number, highIn: true };
    case '>':
      return { ...all, low: number };
    case '>=':
      return { ...all, low: number, lowIn: true };
    case '==':
      return { low: number, high: number, lowIn: true, highIn: true };
    default:
      return undefined;
  }
}

function intersection(a: Range, b: Range): Range {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  return {
    low,
    high,
    lowIn: (a.low < low || a.lowIn) && (b.low < low || b.lowIn),
    highIn: (a.high > high || a.highIn) && (b.high > high || b.highIn),
  };
}

const isEmpty = ({ low, high, lowIn, highIn }: Range): boolean => low > high || (low === high && !(lowIn && highIn));

function contains(outer: Range, inner: Range): boolean {
  const low = outer.low < inner.low || (outer.low === inner.low && (outer.lowIn || !inner.lowIn));
  const high = outer.high > inner.high || (outer.high === inner.high && (outer.highIn || !inner.highIn));
  return low && high;
}
