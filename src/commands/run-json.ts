/** `run X -o json`: the finished run in one object (design 5). */
import type { Plan } from '../interpreter/core/plan.ts';
import type { State } from '../interpreter/core/state.ts';
import type { Json } from '../interpreter/core/value.ts';

export function runJson(plan: Plan, state: State, exitCode: number): Json {
  return {
    run: state.run,
    runbook: plan.runbook.id,
    outcome: state.outcome ?? 'interrupted',
    exitCode,
    steps: Object.values(state.instances).map((one) => ({
      id: one.key,
      section: plan.nodes[one.node]?.lane ?? 'main',
      state: one.status,
      changed: one.changed ?? false,
      attempts: one.n,
      startedAt: one.startedAt ?? null,
      durationMs: one.startedAt === undefined ? null : (one.finishedAt ?? state.t) - one.startedAt,
      ...(one.value?.json === undefined ? {} : { value: one.value.json }),
      ...(one.fault === undefined ? {} : { error: { ...one.fault } }),
    })),
  };
}
