/** Conditions that nothing can satisfy: `value > 10 && value < 5`. Each `expect` of a list must hold, so they are read as one. */
import type { Json } from '../../core/model/value.ts';
import { isList } from '../../document/steps.ts';
import type { Checked } from '../finding.ts';
import { isBroken } from '../finding.ts';
import type { Comparison, ValueRange } from './ranges.ts';
import { comparisonsOf, intersection, isEmpty } from './ranges.ts';

const keys = ['when', 'expect', 'until', 'abortWhen'];

export function checkNever(checked: Checked): void {
  for (const { step, pointer } of checked.steps)
    for (const key of keys) if (step[key] !== undefined) condition(checked, step[key], `${pointer}/${key}`);
}

function condition(checked: Checked, source: Json, pointer: string): void {
  if (isBroken(checked, pointer)) return;
  const sources = isList(source)
    ? source.map((one, index) => [one, `${pointer}/${String(index)}`] as const)
    : [[source, pointer] as const];
  const ranges = new Map<string, readonly [ValueRange, Comparison]>();
  const texts = new Map<string, Comparison>();
  for (const [text, at] of sources) {
    for (const one of typeof text === 'string' ? comparisonsOf(text) : []) {
      const other = against(one, ranges, texts);
      if (other === undefined) continue;
      checked.add(
        'expression/never',
        checked.runbook.atText(at, one.offset, one.source.length),
        `this never holds together with "${other.source}"`,
        'one of the two is wrong, or || is meant',
      );
      return;
    }
  }
}

/** The comparison before it that excludes this one; keeps what is allowed until now. */
function against(
  one: Comparison,
  ranges: Map<string, readonly [ValueRange, Comparison]>,
  texts: Map<string, Comparison>,
): Comparison | undefined {
  if (one.range === undefined) {
    const before = texts.get(one.subject);
    texts.set(one.subject, before ?? one);
    return before !== undefined && before.text !== one.text ? before : undefined;
  }
  const before = ranges.get(one.subject);
  const left = before === undefined ? one.range : intersection(before[0], one.range);
  ranges.set(one.subject, [left, one]);
  return before !== undefined && isEmpty(left) ? before[1] : undefined;
}
