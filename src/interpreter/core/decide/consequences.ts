/** What follows from each answer to a question of the core itself, so that whoever answers need not know the runbook by heart. */
import { changesLeft } from '../fold/changes.ts';
import { isItem } from '../model/keys.ts';
import { nodeAt } from '../model/plan-index.ts';
import type { Node, Plan } from '../model/plan.ts';
import type { Instance, State } from '../model/state.ts';

/** One line for each option of a failure question. */
export function consequences(
  plan: Plan,
  state: Readonly<State>,
  node: Node,
  instance: Instance,
  options: readonly string[],
): readonly string[] {
  const left = changesLeft(plan, state);
  const all = left.map((one) => (one.changed === 'yes' ? one.key : `${one.key} (perhaps)`));
  const kept = left.flatMap((one, index) => (one.undo === 'possible' ? [] : [all[index] ?? one.key]));
  const back = left.filter((one) => one.undo === 'possible').map((one) => one.key);
  const next = nextItem(state, instance) ?? nextTitle(plan, node);
  const words: Readonly<Record<string, string>> = {
    retry: instance.fault?.class === 'answer' ? 'ask again' : `attempt ${String(instance.n + 1)}`,
    skip: `leave this step out; ${next === undefined ? 'it is the last of its list' : `next is: ${next}`}; stays changed: ${names(all)}`,
    undo: `stop and take back: ${names(back)}; stays changed: ${names(kept)}`,
    abort: `stop; stays changed: ${names(all)}`,
  };
  return options.flatMap((option) => (words[option] === undefined ? [] : [`${option}: ${words[option]}`]));
}

const longest = 8;

function names(keys: readonly string[]): string {
  if (keys.length === 0) return 'nothing';
  const more = keys.length > longest ? ` and ${String(keys.length - longest)} more` : '';
  return `${keys.slice(0, longest).join(', ')}${more}`;
}

/** An item that is left out does not end its forEach: the next one follows. */
function nextItem(state: Readonly<State>, instance: Instance): string | undefined {
  const parent = instance.parent === undefined ? undefined : state.instances[instance.parent];
  if (parent === undefined || !isItem(instance, parent)) return undefined;
  const { next = 0, items = 0 } = parent;
  return next < items ? `item ${String(next + 1)} of ${String(items)}` : undefined;
}

/** The step that waits for this one. */
function nextTitle(plan: Plan, node: Node): string | undefined {
  const index = plan.nodes.findIndex((one) => one.after.includes(node.key) && one.parent === node.parent);
  return index < 0 ? undefined : nodeAt(plan, index).title;
}
