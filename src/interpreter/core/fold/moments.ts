import { indexOf, nodeAt } from '../model/plan-index.ts';
import type { Moment, Plan } from '../model/plan.ts';
import type { State } from '../model/state.ts';
import type { Key } from '../model/value.ts';

/** Owes one sending to every comms node that names one of the moments; a node that names both is due once. */
export function owe(plan: Plan, state: State, moment: Moment, other: Moment | undefined, of?: Key): void {
  if (plan.only !== undefined) return;
  for (const index of indexOf(plan).roots.get('comms') ?? []) {
    const at = nodeAt(plan, index).at ?? [];
    const due = at.includes(moment) ? moment : other !== undefined && at.includes(other) ? other : undefined;
    if (due !== undefined) state.messages.push({ node: index, moment: due, ...(of === undefined ? {} : { of }) });
  }
}
