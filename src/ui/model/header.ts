/** The head of the picture: which run, where, how far, what has changed. Pure. */
import { isFinding } from '../../interpreter/core/fold/policy.ts';
import { changesLeft } from '../../interpreter/core/fold/changes.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { Instance, State } from '../../interpreter/core/model/state.ts';
import { namesOf } from './changes.ts';
import { durationText, timeText, whoText } from '../format.ts';
import { nextText, progressOf } from './progress.ts';

export interface HeaderLine {
  /** First, since an error about where one is costs most. */
  readonly environment: string;
  readonly rehearsal: boolean;
  readonly title: string;
  /** Step n of m, findings, what is next, the clock: in this order, since a narrow terminal cuts the end. */
  readonly progress: string;
  readonly changed: string;
}

/** `wall`: the time of day now, ms since 1970. */
export function headOf(plan: Plan, state: Readonly<State>, now: number, wall: number): HeaderLine {
  const { name, timeScale, rehearsal, sharedAccounts = [] } = plan.environment;
  const shared = sharedAccounts.length === 0 ? '' : `, shared account ${sharedAccounts.join(', ')}`;
  const scale = timeScale === 1 ? '' : ` (time x${String(timeScale)})`;
  const estimate = plan.runbook.estimate === undefined ? '' : ` of about ${durationText(plan.runbook.estimate)}`;
  return {
    environment: `env ${name}${scale}${rehearsal ? ', rehearsal' : ''}${shared}`,
    rehearsal,
    title: plan.runbook.title,
    progress: joined([
      placeOf(plan, state),
      soFar(plan, state),
      nextOf(plan, state),
      `${durationText(now)}${estimate}`,
      timeText(wall),
    ]),
    changed: joined([changedText(plan, state), plan.runbook.id, state.operator === undefined ? '' : whoText(state.operator)]),
  };
}

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('  ·  ');

function placeOf(plan: Plan, state: Readonly<State>): string {
  if (state.outcome === undefined && state.stop !== undefined) return `stopping: ${state.stop.cause}`;
  const { at, of } = progressOf(plan, state);
  return state.phase === 'finished' ? state.phase : `${state.phase}, step ${String(at)} of ${String(of)}`;
}

function nextOf(plan: Plan, state: Readonly<State>): string {
  const { next } = progressOf(plan, state);
  return next === undefined ? '' : `next: ${nextText(next)}`;
}

/** The outcome, or what is known of it by now. */
function soFar(plan: Plan, state: Readonly<State>): string {
  if (state.outcome !== undefined) return `outcome ${state.outcome}`;
  const { findings, failed } = count(plan, state);
  const parts = [
    failed === 0 ? '' : `${String(failed)} failed`,
    findings === 0 ? '' : `${String(findings)} finding${findings === 1 ? '' : 's'}`,
    state.unknown === 0 ? '' : `${String(state.unknown)} unknown`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'well so far' : parts.join(', ');
}

function count(plan: Plan, state: Readonly<State>): { readonly findings: number; readonly failed: number } {
  let findings = 0;
  let failed = 0;
  for (const key in state.instances) {
    const instance = state.instances[key];
    if (instance?.status !== 'failed') continue;
    const node = plan.nodes[instance.node];
    if (node?.kind === 'group' || instance.items !== undefined) continue;
    if (node !== undefined && isFinding(node)) findings += 1;
    else failed += 1;
  }
  return { findings, failed };
}

/** Steps whose change has been taken back, by the undo of the run or by an undo step. */
export const undoneSteps = (state: Readonly<State>): readonly Instance[] => Object.values(state.instances).filter(isUndone);

const isUndone = (instance: Instance): boolean => instance.undoState === 'done' || instance.undoState === 'used';

/** Steps whose change can still be taken back. */
export const undoableSteps = (state: Readonly<State>): readonly Instance[] =>
  Object.values(state.instances).filter((one) => one.undoState === 'registered');

function changedText(plan: Plan, state: Readonly<State>): string {
  // What a running step has changed is told when it has ended.
  const changed = changesLeft(plan, state).filter(({ key }) => state.instances[key]?.status !== 'running');
  const undone = namesOf(undoneSteps(state));
  const back = undone.length === 0 ? '' : `taken back: ${undone.join(', ')}`;
  if (changed.length === 0) return back === '' ? 'nothing changed yet' : back;
  const undoable = new Set(undoableSteps(state).map((one) => one.key));
  const texts = (['yes', 'perhaps'] as const).flatMap((kind) => {
    const some = changed.filter((one) => one.changed === kind);
    const names = namesOf(some, (key) => (undoable.has(key) ? ' (undo)' : ''));
    return some.length === 0 ? [] : [`${kind === 'yes' ? '' : 'perhaps '}changed: ${names.join(', ')}`];
  });
  return [...texts, ...(back === '' ? [] : [back])].join('  ·  ');
}
