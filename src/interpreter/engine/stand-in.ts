/**
 * Sabotage of a rehearsal: a step that answers success and does nothing, so that a validation has something to notice. The plan names it, every such
 * attempt is recorded with a warning, and no engine takes such a plan outside of a rehearsal.
 */
import type { Node, Plan } from '../core/model/plan.ts';
import { standInCode } from '../core/model/plan.ts';
import type { Engine } from './context.ts';
import type { ReadingCall } from './reading.ts';
import type { Ending } from './waiting.ts';

/** Undefined: this attempt is performed. */
export function standInFor(engine: Engine, node: Node, call: ReadingCall, role: 'do' | 'undo'): Ending | undefined {
  const { standIns } = engine.plan;
  if (standIns === undefined || standIns.role !== role || !standIns.nodes.includes(node.key)) return undefined;
  const data = { code: standInCode, message: 'the rehearsal answered success here and did nothing' };
  engine.observed({ type: 'attempt.noted', key: call.key, n: call.n, note: 'warning', data });
  const { value, result } = standIns.answers[call.key] ?? { value: { json: null }, result: { json: null } };
  return { outcome: { is: 'ok', changed: call.effect !== 'read', value, result }, expect: 'true' };
}

/** Why an engine refuses the plan: a step that pretends, and a check that is loosened, are for rehearsals only. */
export function refuseMutant({ standIns, variation, environment }: Plan): string | undefined {
  if (environment.rehearsal) return undefined;
  const where = `but environment "${environment.name}" is not marked as a rehearsal`;
  if (standIns !== undefined) return `the plan lets ${standIns.node} answer without acting, ${where}`;
  return variation === undefined ? undefined : `the plan changes ${variation.node} to see whether anybody notices, ${where}`;
}
