/** The record of a run for machines: JSON with everything, JUnit for CI. */
import { changesLeft } from '../../interpreter/core/fold/changes.ts';
import type { Stamped } from '../../interpreter/core/model/event.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import { outputsOf } from '../../interpreter/language/outputs.ts';
import { failedUndos } from '../model/changes.ts';
import type { Head } from '../format.ts';
import { headText, workedMs } from '../format.ts';
import { xml } from '../xml.ts';

export function reportJson(plan: Plan, records: readonly Stamped[], state: State, head?: Head): string {
  return JSON.stringify(
    {
      run: state.run,
      runbook: plan.runbook,
      outcome: state.outcome ?? 'interrupted',
      stillChanged: leftJson(plan, state),
      inputs: plan.inputs,
      ...(plan.outputs === undefined ? {} : { outputs: Object.fromEntries(outputsOf(plan, state, records[0]?.wall)) }),
      ...(head === undefined ? {} : { head }),
      instances: state.instances,
      records,
    },
    null,
    2,
  );
}

/** What the run leaves changed: `changed` is true or "perhaps"; `reason` tells why an undo failed. */
export const leftJson = (plan: Plan, state: Readonly<State>): readonly Json[] =>
  changesLeft(plan, state).map(({ key, changed, undo, fault }) => ({
    id: key,
    changed: changed === 'yes' ? true : 'perhaps',
    undo,
    ...(fault === undefined ? {} : { reason: fault.message }),
  }));

export function reportJunit(plan: Plan, state: State, head?: Head): string {
  const all = Object.values(state.instances).filter((one) => one.status !== 'waiting');
  const cases = all.map((one) => {
    const seconds = (workedMs(one, state.t) ?? 0) / 1000;
    const warned = (one.warnings ?? []).map((text) => `<system-err>${xml(`warning: ${text}`)}</system-err>`).join('');
    const body =
      one.status === 'skipped'
        ? '<skipped/>'
        : one.status === 'failed' || one.status === 'unknown'
          ? `<failure message="${xml(one.fault?.message ?? one.status)}"/>`
          : '';
    return `  <testcase classname="${xml(plan.runbook.id)}" name="${xml(one.key)}" time="${seconds.toFixed(3)}">${body}${warned}</testcase>`;
  });
  for (const { key, why } of failedUndos(plan, state))
    cases.push(
      `  <testcase classname="${xml(plan.runbook.id)}" name="${xml(key)} (undo)" time="0.000"><failure message="${xml(`undo failed: ${why}`)}"/></testcase>`,
    );
  const failed =
    failedUndos(plan, state).length + all.filter((one) => one.status === 'failed' || one.status === 'unknown').length;
  return [
    `<testsuite name="${xml(plan.runbook.id)}" tests="${String(cases.length)}" failures="${String(failed)}" errors="0">`,
    ...(head === undefined ? [] : [`  <properties><property name="head" value="${xml(headText(head))}"/></properties>`]),
    ...cases,
    '</testsuite>',
  ].join('\n');
}
