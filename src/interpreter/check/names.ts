/** Names: ids unique, targets inputs and steps known, needs without a circle. Unknown names are errors before step 1 (L6). */
import type { Json } from '../core/model/value.ts';
import type { Walked } from '../document/steps.ts';
import { isList, isMapping } from '../document/steps.ts';
import { escapePointer } from '../document/nodes.ts';
import { baseTarget } from '../core/model/target.ts';
import { suggestion } from '../language/suggest.ts';
import { isParallelGroup } from '../plan/policies.ts';
import { textOf } from '../port/text.ts';
import type { Checked } from './finding.ts';
import { isBroken, isMeant } from './finding.ts';
import { isPerhapsLost } from './lost-ids.ts';
import { checkTargetTypes } from './target-types.ts';
import { moments } from './document-schema.ts';

export function checkNames(checked: Checked): void {
  const ids = uniqueIds(checked);
  checkTargetTypes(checked);
  for (const walked of checked.steps) {
    target(checked, walked);
    needs(checked, walked);
    const { step, pointer } = walked;
    if (walked.role === 'comms' && isList(step['at'])) {
      step['at'].forEach((at, index) =>
        reference(checked, at, `${pointer}/at/${String(index)}`, [...moments, ...ids], 'name/unknown-moment', 'moment or step'),
      );
    }
    if (walked.role === 'watch')
      for (const key of ['from', 'to']) reference(checked, step[key], `${pointer}/${key}`, ids, 'name/unknown-step', 'step');
    if (step['type'] === 'undo' && isList(step['of'])) {
      step['of'].forEach((of, index) =>
        reference(checked, of, `${pointer}/of/${String(index)}`, ids, 'name/unknown-step', 'step'),
      );
    }
  }
}

function uniqueIds(checked: Checked): readonly string[] {
  const first = new Map<string, string>();
  for (const { id, pointer } of checked.steps) {
    if (id === undefined) continue;
    const other = first.get(id);
    if (other === undefined) first.set(id, pointer);
    else {
      const { line } = checked.runbook.at(`${other}/id`);
      checked.add(
        'name/duplicate-id',
        checked.runbook.at(`${pointer}/id`),
        `the id "${id}" is taken by the step at line ${String(line)}`,
        'ids are unique in the document',
      );
    }
  }
  return [...first.keys()];
}

function reference(
  checked: Checked,
  name: Json | undefined,
  pointer: string,
  known: readonly string[],
  code: string,
  what: string,
): void {
  if (typeof name !== 'string' || name.includes('{{') || known.includes(name)) return;
  if (what === 'target' ? isMeant(checked, '', 'targets') : isPerhapsLost(checked, name)) return;
  checked.add(code, checked.runbook.at(pointer), `there is no ${what} "${name}"`, suggestion(name, known));
}

/** Declared, of a type that the step type can talk to, and named where several would do. */
function target(checked: Checked, walked: Walked): void {
  const { step, pointer } = walked;
  const declared = isMapping(checked.runbook.data['targets']) ? checked.runbook.data['targets'] : {};
  const names = Object.keys(declared);
  if (walked.role === 'comms') {
    reference(checked, step['to'], `${pointer}/to`, names, 'name/unknown-target', 'target');
    return;
  }
  const manifest = typeof step['type'] === 'string' ? checked.registry.get(step['type'])?.manifest : undefined;
  const given = manifest?.target?.key ?? 'target';
  const name = step[given];
  const typeOf = (one: string): string => {
    const target = declared[one];
    return typeof target === 'string' ? target : isMapping(target) ? textOf(target['type']) : '';
  };
  if (typeof name === 'string' && !name.startsWith('{{')) {
    const base = baseTarget(name);
    if (!names.includes(base)) reference(checked, base, `${pointer}/${given}`, names, 'name/unknown-target', 'target');
    else if (
      manifest?.target !== undefined &&
      !manifest.target.types.includes(typeOf(base)) &&
      !isBroken(checked, `/targets/${escapePointer(base)}`)
    ) {
      checked.add(
        'target/type',
        checked.runbook.at(`${pointer}/${given}`),
        `${manifest.type} cannot talk to a target of type ${typeOf(base)}`,
        `possible: ${manifest.target.types.join(', ')}`,
      );
    }
    return;
  }
  if (name !== undefined || manifest?.target?.required !== true || isMeant(checked, pointer, given)) return;
  // One of them may be the one.
  if (isMeant(checked, '', 'targets') || names.some((one) => isBroken(checked, `/targets/${escapePointer(one)}`))) return;
  const fitting = names.filter((one) => manifest.target?.types.includes(typeOf(one)));
  if (fitting.length === 1) return;
  const words =
    fitting.length === 0
      ? `no target of type ${manifest.target.types.join(' or ')} is declared`
      : `several targets fit: ${fitting.join(', ')}`;
  checked.add(
    'target/missing',
    checked.runbook.at(`${pointer}/type`),
    words,
    fitting.length === 0 ? 'declare it under `targets:`' : 'add `target:`',
  );
}

function needs(checked: Checked, walked: Walked): void {
  const { step, pointer } = walked;
  if (!isList(step['needs'])) return;
  const parent = walked.groups.at(-1);
  const group = checked.steps.find((one) => one.pointer === parent);
  const isSibling = (one: Walked): boolean =>
    one.groups.at(-1) === parent && one.id !== undefined && one.pointer !== pointer && one.role === 'step';
  const siblings = checked.steps.filter(isSibling);
  if (group === undefined || !isParallelGroup(group.step)) {
    checked.add(
      'order/needs-outside-parallel',
      checked.runbook.at(`${pointer}/needs`, 'key'),
      'needs works only between children of a group with `parallel: true` and without forEach',
      'elsewhere the order of the list is the order of work',
    );
    return;
  }
  step['needs'].forEach((need, index) => {
    if (need === walked.id) return;
    reference(
      checked,
      need,
      `${pointer}/needs/${String(index)}`,
      siblings.map((one) => one.id ?? ''),
      'name/unknown-step',
      'sibling',
    );
  });
  const all = siblings.concat(walked);
  const before = checked.steps.slice(0, checked.steps.indexOf(walked)).filter(isSibling);
  const byId = new Map(all.map((one) => [one.id, one]));
  const onCircle = (from: Walked, to: Walked): boolean => reaches(to.id ?? '', from, byId);
  // A circle is one mistake: its first step says it.
  if (onCircle(walked, walked) && !before.some((one) => onCircle(walked, one) && onCircle(one, walked))) {
    checked.add(
      'order/circle',
      checked.runbook.at(`${pointer}/needs`),
      `"${walked.id ?? ''}" needs itself by way of its siblings`,
      'remove one of the needs',
    );
  }
}

/** A search with a list of its own: a long chain of needs must not be as deep as the stack. */
function reaches(goal: string, from: Walked, byId: ReadonlyMap<string | undefined, Walked>): boolean {
  const seen = new Set<Json>();
  const open = [from];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    for (const need of isList(one.step['needs']) ? one.step['needs'] : []) {
      if (need === goal) return true;
      const next = typeof need === 'string' ? byId.get(need) : undefined;
      if (next === undefined || seen.has(need)) continue;
      seen.add(need);
      open.push(next);
    }
  }
  return false;
}
