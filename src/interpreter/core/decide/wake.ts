import { nodeAt } from '../model/plan-index.ts';
import type { Plan } from '../model/plan.ts';
import type { Instance, State } from '../model/state.ts';
import type { Ms } from '../model/value.ts';
import { isSending } from './comms.ts';

/** The earliest moment at which time alone changes what decide would say. */
export function wakeAt(plan: Plan, state: Readonly<State>): Ms | undefined {
  let at = Infinity;
  const consider = (moment: Ms | undefined): void => {
    if (moment !== undefined && moment > state.t && moment < at) at = moment;
  };
  if (state.stop === undefined && state.settledAt === undefined) consider(plan.deadline);
  if (state.settledAt !== undefined && state.phase === 'closing') consider(state.settledAt + plan.closingBudget);
  for (const key in state.open) {
    const instance = state.instances[key];
    if (instance !== undefined) considerInstance(plan, state, instance, consider);
  }
  if (state.settledAt === undefined)
    for (const key in state.nextEvery) if (!isSending(state, key)) consider(state.nextEvery[key]);
  return at === Infinity ? undefined : at;
}

function considerInstance(
  plan: Plan,
  state: Readonly<State>,
  instance: Instance,
  consider: (moment: Ms | undefined) => void,
): void {
  if (instance.status === 'backoff') consider(instance.due);
  if (instance.question !== undefined) consider(state.questions[instance.question]?.expires);
  if (nodeAt(plan, instance.node).kind === 'group' && instance.until !== 0) consider(instance.until);
}
