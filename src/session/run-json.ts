/** `run X -o json`: the finished run in one object. Times are RFC 3339, made of the opening and the run clock. */
import type { StoredRun } from './load-run.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import { changeOf } from '../interpreter/core/fold/changes.ts';
import type { Instance, State } from '../interpreter/core/model/state.ts';
import type { Json } from '../interpreter/core/model/value.ts';
import { leftJson } from '../ui/report/machine.ts';
import { outputsOf } from '../interpreter/language/outputs.ts';
import { workedMs } from '../ui/format.ts';

export function runJson({ plan, state, records, head }: StoredRun, exitCode: number): Json {
  const openedAt = records[0]?.wall ?? '';
  const wall = (t: number): string => new Date(Date.parse(openedAt) + t).toISOString();
  return {
    run: state.run,
    runbook: plan.runbook.id,
    outcome: state.outcome ?? 'interrupted',
    exitCode,
    head: { seq: head.seq, hash: head.hash },
    ...outputs(plan, state, openedAt),
    steps: Object.values(state.instances).map((one) => ({
      id: one.key,
      section: plan.nodes[one.node]?.lane ?? 'main',
      state: one.status,
      changed: changedJson(plan, state, one),
      attempts: one.n,
      startedAt: one.startedAt === undefined ? null : wall(one.startedAt),
      durationMs: workedMs(one, state.t) ?? null,
      ...(one.value?.json === undefined ? {} : { value: one.value.json }),
      ...(one.fault === undefined ? {} : { error: { ...one.fault } }),
      ...(one.warnings === undefined ? {} : { warnings: one.warnings }),
      ...(one.undoFault === undefined ? {} : { undoError: { ...one.undoFault } }),
    })),
    stillChanged: leftJson(plan, state),
  };
}

/** True also for what was taken back since; "perhaps" where nobody knows. A group or a list sums up what is in it. */
function changedJson(plan: Plan, state: Readonly<State>, one: Instance): Json {
  if (one.changed === true) return true;
  return one.changed === 'unknown' || changeOf(plan, state, one) !== undefined ? 'perhaps' : false;
}

/** Those that have a value. */
function outputs(plan: Plan, state: State, openedAt: string): Readonly<Record<string, Json>> {
  if (plan.outputs === undefined) return {};
  const made = outputsOf(plan, state, openedAt).flatMap(([name, one]) => ('json' in one ? [[name, one.json] as const] : []));
  return { outputs: Object.fromEntries(made) };
}
