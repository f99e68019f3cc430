/** What a run leaves changed, in words. Pure. */
import { changesLeft } from '../../interpreter/core/fold/changes.ts';
import type { ChangeMade } from '../../interpreter/core/fold/changes.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import { briefText } from '../format.ts';

/** Items of one list beyond this number are counted instead of named. */
const namedItems = 3;

/** Keys, with the items of a long list counted: `pause, each: 47`. */
export function namesOf(
  changes: readonly Pick<ChangeMade, 'key'>[],
  mark: (key: string) => string = () => '',
): readonly string[] {
  const lists = new Map<string, string[]>();
  for (const { key } of changes) {
    const list = key.replace(/\[\d+\]$/, '');
    lists.set(list, [...(lists.get(list) ?? []), key]);
  }
  return [...lists].flatMap(([list, keys]) =>
    keys.length > namedItems ? [`${list}: ${String(keys.length)}`] : keys.map((key) => `${key}${mark(key)}`),
  );
}

/** `STILL CHANGED: pause (undo failed: ...)`, for a run that did not end well; undefined when nothing is left. */
export function stillChanged(plan: Plan, state: Readonly<State>): string | undefined {
  if (state.outcome === 'succeeded' || state.outcome === 'warning') return undefined;
  const left = changesLeft(plan, state);
  const parts = (['yes', 'perhaps'] as const).flatMap((changed) => {
    const some = left.filter((one) => one.changed === changed);
    const heading = changed === 'yes' ? 'STILL CHANGED' : 'PERHAPS CHANGED';
    const marks = new Map(some.map((one) => [one.key, ` (${whyLeft(state, one)})`]));
    return some.length === 0 ? [] : [`${heading}: ${namesOf(some, (key) => marks.get(key) ?? '').join(', ')}`];
  });
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** What was done, in short, and why it still stands. */
function whyLeft(state: Readonly<State>, { key, undo, fault }: ChangeMade): string {
  const sent = state.instances[key]?.show?.describe;
  const words = { possible: 'can be undone', none: 'has no undo', failed: `undo failed: ${fault?.message ?? 'not finished'}` };
  return sent === undefined ? words[undo] : `${briefText(sent, 60)}; ${words[undo]}`;
}

/** `pause: why`, one for each undo that was tried and failed. */
export const failedUndos = (plan: Plan, state: Readonly<State>): readonly { readonly key: string; readonly why: string }[] =>
  changesLeft(plan, state)
    .filter((one) => one.undo === 'failed')
    .map(({ key, fault }) => ({
      key,
      why: fault === undefined ? 'not finished' : `${fault.message}${fault.hint === undefined ? '' : ` (${fault.hint})`}`,
    }));
