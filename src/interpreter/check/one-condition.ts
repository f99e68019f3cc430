/** Checks one condition (CEL) with the types in force where it stands. */
import type { Json } from '../core/model/value.ts';
import { checkExpression } from '../language/cel/condition.ts';
import { isList, turnsExpression } from '../document/steps.ts';
import type { Checked } from './finding.ts';
import { isPerhapsLost } from './lost-ids.ts';
import type { Roots } from './types.ts';

/** One condition in force with these roots; other than text is a matter of the structure. */
export function checkCondition(
  checked: Checked,
  source: Json,
  pointer: string,
  roots: Roots,
  wanted: 'bool' | 'list' | 'any',
): void {
  if (typeof source !== 'string') return;
  if (source.trim() === '') {
    checked.add(
      'expression/empty',
      checked.runbook.at(pointer),
      'the condition is empty',
      'write an expression, or remove the key',
    );
    return;
  }
  if (source.includes('{{')) {
    checked.add(
      'expression/template',
      checked.runbook.atText(pointer, source.indexOf('{{'), 2),
      'a condition is not a template',
      `write the path without braces: ${source.replaceAll(/\{\{\s*|\s*\}\}/g, '')}`,
    );
    return;
  }
  const found = checkExpression(source, roots, wanted);
  if (found.ok) return;
  for (const issue of found.issues) {
    const step = stepNamed(source, issue.offset);
    if (issue.code === 'unknown-field' && step !== undefined && isPerhapsLost(checked, step)) continue;
    const named = step === undefined ? issue.message : `step "${step}"`;
    const hint = laterStep(checked, named, checked.runbook.at(pointer).line) ?? issue.hint;
    checked.add(`expression/${issue.code}`, checked.runbook.atText(pointer, issue.offset, issue.length), issue.message, hint);
  }
}

/** A list that is written out is checked as the expression that it stands for; its place is the list. */
export function checkTurns(checked: Checked, forEach: Json, pointer: string, roots: Roots): void {
  if (!isList(forEach)) {
    checkCondition(checked, forEach, pointer, roots, 'list');
    return;
  }
  const found = checkExpression(turnsExpression(forEach) ?? '[]', roots, 'list');
  for (const issue of found.ok ? [] : found.issues)
    checked.add(`expression/${issue.code}`, checked.runbook.at(pointer), issue.message, issue.hint);
}

/** The name after `steps.` at this place. */
const stepNamed = (source: string, offset: number): string | undefined =>
  /\bsteps\.$/.test(source.slice(0, offset)) ? /^\w+/.exec(source.slice(offset))?.[0] : undefined;

/** A step that exists but comes later than this line, or runs beside it, is not a misspelling. */
export function laterStep(checked: Checked, message: string, line: number): string | undefined {
  const name = /"([A-Za-z0-9_]+)"/.exec(message)?.[1];
  const step = name === undefined ? undefined : checked.steps.find((one) => one.id === name);
  if (step === undefined || !/step|field|name/.test(message)) return undefined;
  const own = checked.runbook.at(`${step.pointer}/id`).line;
  return own < line
    ? `the step "${name ?? ''}" runs beside this one (line ${String(own)}): add \`needs: [${name ?? ''}]\`, or do without \`parallel\``
    : `the step "${name ?? ''}" comes later, at line ${String(own)}`;
}
