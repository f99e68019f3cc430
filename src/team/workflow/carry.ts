/** The state of a run on its way into the next part: JSON, whose maps have no keys by birth again afterwards. */
import { initialState } from '../../interpreter/core/model/initial.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';

export function revived(plan: Plan, carried: State): State {
  const fresh = initialState(plan) as unknown as Record<string, unknown>;
  const entries = Object.entries(carried).map(([name, value]) => [name, isRecord(fresh[name]) ? bare(value) : value] as const);
  return Object.assign(fresh, Object.fromEntries(entries)) as unknown as State;
}

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;

const bare = (value: unknown): unknown => Object.assign(Object.create(null) as object, value);
