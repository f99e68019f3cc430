/** A finished run in a few lines that can be pasted into an incident channel. Pure. */
import { isFinding } from '../../interpreter/core/fold/policy.ts';
import { changesLeft } from '../../interpreter/core/fold/changes.ts';
import type { ChangeMade } from '../../interpreter/core/fold/changes.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { Instance, State } from '../../interpreter/core/model/state.ts';
import { outputsOf } from '../../interpreter/language/outputs.ts';
import { briefly, durationText, itemText, peopleMs, titleOf, whoText } from '../format.ts';
import { failedUndos, namesOf, stillChanged } from './changes.ts';
import { undoableSteps, undoneSteps } from './header.ts';

export function summaryLines(plan: Plan, state: Readonly<State>): readonly string[] {
  const scale = plan.environment.rehearsal ? ', rehearsal' : '';
  const by = state.operator === undefined ? '' : `, by ${whoText(state.operator)}`;
  const left = changesLeft(plan, state);
  const still = stillChanged(plan, state);
  const undoable = namesOf(undoableSteps(state));
  const undone = namesOf(undoneSteps(state));
  return [
    ...(still === undefined ? [] : [still]),
    `${plan.runbook.id}: ${state.outcome ?? 'not finished'} after ${durationText(state.t)}${forPeople(state)} (env ${plan.environment.name}${scale}${by})`,
    ...failures(plan, state),
    ...warnings(plan, state),
    ...skips(plan, state),
    ...failedUndos(plan, state).map(({ key, why }) => `undo failed: ${titleOf(plan, state as State, key)} (${key}): ${why}`),
    ...(left.length === 0
      ? [`changed: nothing${undone.length === 0 ? '' : ' that still stands'}`]
      : changedLines('changed', left, 'yes').concat(changedLines('perhaps changed', left, 'perhaps'))),
    ...(undone.length === 0 ? [] : [`taken back: ${undone.join(', ')}`]),
    ...(undoable.length === 0 || state.outcome === undefined
      ? []
      : [`can be undone: ${undoable.join(', ')}; to do it: runbook undo ${state.run}`]),
    ...evidence(plan, state),
    ...validations(plan, state),
    ...outputLines(plan, state),
    `record: runbook report ${state.run}`,
  ];
}

function forPeople(state: Readonly<State>): string {
  const people = peopleMs(state, state.t);
  return people < 1000 ? '' : `, ${durationText(people)} of it for answers`;
}

function changedLines(word: string, left: readonly ChangeMade[], kind: ChangeMade['changed']): string[] {
  const some = left.filter((one) => one.changed === kind);
  return some.length === 0 ? [] : [`${word}: ${namesOf(some).join(', ')}`];
}

/** Failed items of one step beyond this number share a line. */
const namedFailures = 3;

function failures(plan: Plan, state: Readonly<State>): readonly string[] {
  const bad = Object.values(state.instances).filter(
    (one) => (one.status === 'failed' || one.status === 'unknown') && isOwn(plan, one),
  );
  const byStep = new Map<string, Instance[]>();
  for (const one of bad) {
    const step = `${one.status} ${String(one.node)}`;
    byStep.set(step, [...(byStep.get(step) ?? []), one]);
  }
  return [...byStep.values()].flatMap((ones) => {
    const [first] = ones;
    if (first === undefined || ones.length <= namedFailures) return ones.map((one) => failureLine(plan, state, one));
    const names = ones.slice(0, namedFailures).map((one) => itemText(state, one));
    const more = `${names.join(', ')} and ${String(ones.length - namedFailures)} more`;
    return [
      `${first.status}: ${String(ones.length)} items of ${plan.nodes[first.node]?.title ?? first.key} (${more}): ${first.fault?.message ?? ''}`,
    ];
  });
}

const failureLine = (plan: Plan, state: Readonly<State>, one: Instance): string =>
  `${one.status}: ${titleOf(plan, state, one.key)}: ${one.fault?.message ?? ''}${madeGood(plan, state, one)}`;

const madeGood = (plan: Plan, state: Readonly<State>, { repairedBy }: Instance): string =>
  repairedBy === undefined ? '' : `; ${titleOf(plan, state, repairedBy)} made it good`;

const warnings = (plan: Plan, state: Readonly<State>): readonly string[] =>
  Object.values(state.instances).flatMap((one) =>
    (one.warnings ?? []).map((text) => `warning: ${titleOf(plan, state as State, one.key)}: ${text}`),
  );

/** What an operator left out, and why: those who read the summary must know. */
const skips = (plan: Plan, state: Readonly<State>): readonly string[] =>
  Object.entries(state.skips).map(
    ([key, skip]) => `left out: ${titleOf(plan, state as State, key)}, by ${whoText(skip.by)}: ${skip.reason}`,
  );

/** Groups fail because something in them did; findings of a diagnosis and questions after the end are not failures. */
function isOwn(plan: Plan, instance: Instance): boolean {
  const node = plan.nodes[instance.node];
  return (
    node !== undefined && node.kind !== 'group' && !isFinding(node) && node.lane !== 'postmortem' && instance.items === undefined
  );
}

/** `gapRatio 0.11 -> 0.001`, where it was read before and after. */
function evidence(plan: Plan, state: Readonly<State>): readonly string[] {
  return Object.values(state.instances).flatMap((one) => {
    const after = state.instances[`${one.key}~after`];
    if (plan.nodes[one.node]?.lane !== 'evidence' || after === undefined) return [];
    const [was, is] = [briefly(one.value), briefly(after.value)];
    return was === '' && is === '' ? [] : [`${one.key}: ${was} -> ${is}`];
  });
}

/** What the run was asked to find out. */
const outputLines = (plan: Plan, state: Readonly<State>): readonly string[] =>
  outputsOf(plan, state).map(
    ([name, one]) => `output ${name}: ${'json' in one ? briefly({ json: one.json }) : `none (${one.fault.message})`}`,
  );

function validations(plan: Plan, state: Readonly<State>): readonly string[] {
  const all = Object.values(state.instances).filter((one) => plan.nodes[one.node]?.lane === 'validation' && isOwn(plan, one));
  const passed = all.filter((one) => one.status === 'ok' || one.status === 'unchanged').length;
  return all.length === 0 ? [] : [`validations: ${String(passed)} of ${String(all.length)} hold`];
}
