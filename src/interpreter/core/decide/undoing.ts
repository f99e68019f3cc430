/** Registered undos, one after the other, newest first; a failure is recorded and the rest continues (3.10). */
import type { Command } from '../model/command.ts';
import { askConflict } from './decide-conflict.ts';
import type { Halt } from './halting.ts';
import { suffixOf } from '../model/keys.ts';
import { nodeAt } from '../model/plan-index.ts';
import type { Plan } from '../model/plan.ts';
import type { Instance, State, Undoing } from '../model/state.ts';

/** `over` when all are performed, or when a stop lets no further one start. */
export function decideUndoing(plan: Plan, state: Readonly<State>, undoing: Undoing, halt: Halt): readonly Command[] | 'over' {
  const key = undoing.keys[undoing.at];
  const target = key === undefined ? undefined : state.instances[key];
  if (target === undefined) return 'over';
  const begun = target.undoState === 'doing';
  if (begun && target.conflict !== undefined) return halt === 'no' ? askConflict(plan, target) : 'over';
  if (halt !== 'no' && !begun) return 'over';
  const node = nodeAt(plan, target.node);
  if (node.has.undo === 'steps') return undoStep(plan, state, target, halt);
  if (begun && target.epoch === state.epoch) return halt === 'force' ? [{ do: 'cancel', key: target.key, force: true }] : [];
  if (halt !== 'no') return 'over';
  const until = node.timeout > 0 ? state.t + node.timeout : 0;
  return [{ do: 'attempt', key: target.key, n: target.n + 1, role: 'undo', until }];
}

function undoStep(plan: Plan, state: Readonly<State>, target: Instance, halt: Halt): readonly Command[] | 'over' {
  const owner = nodeAt(plan, target.node);
  const step = owner.undoSteps?.[target.undoNext ?? 0];
  if (step === undefined) return 'over';
  const key = step + suffixOf(owner, target.key);
  if (state.open[key] !== undefined) return [];
  if (halt !== 'no') return 'over';
  return [{ do: 'append', event: { type: 'step.started', key, node: step, lane: 'undo' } }];
}
