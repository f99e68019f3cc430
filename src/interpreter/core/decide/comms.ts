/** Messages beside the run: they never hold it up and never change its outcome. */
import type { Decision } from '../model/event.ts';
import { nodeAt } from '../model/plan-index.ts';
import type { Plan } from '../model/plan.ts';
import type { State } from '../model/state.ts';

/** The sending that is due next; each becomes an instance `comms1#0`, `comms1#1`, ... */
export function commsDue(plan: Plan, state: Readonly<State>): Decision | undefined {
  const owed = state.messages[0];
  if (owed !== undefined) {
    const { key } = nodeAt(plan, owed.node);
    const of = owed.of === undefined ? {} : { of: owed.of };
    return { type: 'comms.due', key: sendingKey(state, key), moment: owed.moment, ...of };
  }
  if (state.settledAt !== undefined) return undefined;
  for (const key in state.nextEvery) {
    if (state.t >= (state.nextEvery[key] ?? Infinity) && !isSending(state, key)) {
      return { type: 'comms.due', key: sendingKey(state, key), moment: 'every' };
    }
  }
  return undefined;
}

function sendingKey(state: Readonly<State>, node: string): string {
  return `${node}#${String(state.sendings[node] ?? 0)}`;
}

/** A periodic message waits for its previous sending. */
export function isSending(state: Readonly<State>, node: string): boolean {
  return state.open[`${node}#${String((state.sendings[node] ?? 0) - 1)}`] !== undefined;
}
