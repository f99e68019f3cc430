/** Names: ids unique, targets inputs and steps known, needs without a circle. Unknown names are errors before step 1 (L6). */
import type { Json } from '../core/value.ts';
import type { Walked } from '../document/steps.ts';
import { isList, isMapping } from '../document/steps.ts';
import { suggestion } from '../language/suggest.ts';
import type { Checked } from './finding.ts';
import { moments } from './document-schema.ts';

export function checkNames(checked: Checked): void {
  const ids = uniqueIds(checked);
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
  const given = manifest?.type === 'notify' || manifest?.type === 'escalate' ? 'to' : 'target';
  const name = step[given];
  const typeOf = (one: string): string => {
    const target = declared[one];
    return typeof target === 'string' ? target : isMapping(target) ? String(target['type']) : '';
  };
  if (typeof name === 'string' && !name.startsWith('{{')) {
    const base = name.split('/')[0] ?? name;
    if (!names.includes(base)) reference(checked, base, `${pointer}/${given}`, names, 'name/unknown-target', 'target');
    else if (manifest?.target !== undefined && !manifest.target.types.includes(typeOf(base))) {
      checked.add(
        'target/type',
        checked.runbook.at(`${pointer}/${given}`),
        `${manifest.type} cannot talk to a target of type ${typeOf(base)}`,
        `possible: ${manifest.target.types.join(', ')}`,
      );
    }
    return;
  }
  if (name !== undefined || manifest?.target?.required !== true) return;
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
  const siblings = checked.steps.filter(
    (one) => one.groups.at(-1) === parent && one.id !== undefined && one.pointer !== pointer && one.role === 'step',
  );
  if (group?.step['parallel'] !== true) {
    checked.add(
      'order/needs-outside-parallel',
      checked.runbook.at(`${pointer}/needs`, 'key'),
      'needs works only between children of a group with `parallel: true`',
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
  const before = all.slice(
    0,
    all.findIndex((one) => checked.steps.indexOf(one) >= checked.steps.indexOf(walked)),
  );
  const onCircle = (from: Walked, to: Walked): boolean => reaches(to.id ?? '', from, all, new Set());
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

function reaches(goal: string, from: Walked, all: readonly Walked[], seen: Set<string>): boolean {
  const list = isList(from.step['needs']) ? from.step['needs'] : [];
  return list.some((need) => {
    if (need === goal) return true;
    const next = all.find((one) => one.id === need);
    if (next === undefined || seen.has(next.pointer)) return false;
    seen.add(next.pointer);
    return reaches(goal, next, all, seen);
  });
}
