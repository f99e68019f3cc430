/** Steps that run beside a step: in other branches of a parallel group, unless `needs` puts them before it. */
import type { Walked } from '../document/steps.ts';
import { isList } from '../document/steps.ts';
import { isParallelGroup } from '../plan/policies.ts';
import type { Checked } from './finding.ts';

const none: ReadonlySet<string> = new Set();

/** Ids of steps whose record may not be there yet when this one is evaluated. */
export function besideOf(checked: Checked, walked: Walked): ReadonlySet<string> {
  const groups = walked.groups.filter((pointer) => isParallelGroup(checked.stepAt(pointer)?.step ?? {}));
  // What takes back comes when all of them have ended.
  if (groups.length === 0 || walked.role === 'undo') return none;
  return new Set(groups.flatMap((group) => idsBeside(checked, walked, group)));
}

function idsBeside(checked: Checked, walked: Walked, group: string): readonly string[] {
  const children = checked.steps.filter((one) => one.role === 'step' && one.groups.at(-1) === group);
  const own = children.find((one) => isIn(walked, one));
  if (own === undefined) return [];
  const before = neededBy(own, children);
  return children
    .filter((one) => one !== own && !before.has(one))
    .flatMap((child) => checked.steps.filter((one) => isIn(one, child)).flatMap(({ id }) => id ?? []));
}

/** The child itself or something in it; also its undo and its doneWhen. */
const isIn = (one: Walked, child: Walked): boolean =>
  one.pointer === child.pointer || one.pointer.startsWith(`${child.pointer}/`);

/** All that a child waits for, directly or by way of others. */
function neededBy(child: Walked, children: readonly Walked[]): ReadonlySet<Walked> {
  const found = new Set<Walked>();
  const open = [child];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    for (const need of isList(one.step['needs']) ? one.step['needs'] : []) {
      const next = children.find(({ id }) => id !== undefined && id === need);
      if (next === undefined || found.has(next)) continue;
      found.add(next);
      open.push(next);
    }
  }
  return found;
}
