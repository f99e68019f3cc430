/** What a run that succeeded tells its caller: made from plan and state alone, whenever somebody asks. */
import type { Plan } from '../core/model/plan.ts';
import type { State } from '../core/model/state.ts';
import type { Fault, Json } from '../core/model/value.ts';
import { evaluate } from './cel/condition.ts';
import { buildScope } from './scope.ts';

/** A fault where the expression has no value: of a step that was skipped, of data that is not kept. */
export type OutputValue = { readonly json: Json } | { readonly fault: Fault };

/** In the order of the document; none of a run that has not succeeded. `openedAt`: RFC 3339, makes the times of steps readable. */
export function outputsOf(plan: Plan, state: Readonly<State>, openedAt?: string): readonly (readonly [string, OutputValue])[] {
  if (plan.outputs === undefined || (state.outcome !== 'succeeded' && state.outcome !== 'warning')) return [];
  const scope = buildScope(plan, state, '', { nowMs: state.t, ...(openedAt === undefined ? {} : { openedAt }) });
  return Object.entries(plan.outputs).map(([name, source]) => {
    const made = evaluate(source, scope);
    return [name, made.ok ? { json: made.value } : { fault: made.fault }] as const;
  });
}
