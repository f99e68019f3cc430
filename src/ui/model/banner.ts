/** What must not be overlooked: the run waits for somebody, or what is shown is not where the run is. Pure. */
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import { titleOf } from '../format.ts';
import { nextText, progressOf } from './progress.ts';

export interface Looking {
  /** The step that the operator looks at, and the one that runs or is asked about. */
  readonly at: string | undefined;
  readonly present: string | undefined;
  /** Letters belong to a question. */
  readonly asking: boolean;
}

export function bannerOf(plan: Plan, state: Readonly<State>, { at, present, asking }: Looking): string | undefined {
  if (state.phase === 'finished') return undefined;
  const held = heldText(plan, state, asking);
  const away =
    at === undefined || at === present
      ? undefined
      : `LOOKING at ${titleOf(plan, state, at)}; ${present === undefined ? 'nothing runs' : `the run is at ${present}`}. End goes back`;
  const texts = [held, away].filter((one) => one !== undefined);
  return texts.length === 0 ? undefined : texts.join('  ·  ');
}

function heldText(plan: Plan, state: Readonly<State>, asking: boolean): string | undefined {
  if (!state.paused && !state.stepMode) return undefined;
  const { next } = progressOf(plan, state);
  const go = asking ? 'Ctrl-P, then continue' : 'c';
  const runs = Object.values(state.instances).some((one) => one.status === 'running') ? '; what runs continues' : '';
  const what = next === undefined ? 'no step is left' : `next is ${nextText(next)}`;
  if (state.paused) return `PAUSED: ${what}${runs}. ${go} continues`;
  return `STEP MODE: ${what}${runs}. ${go} runs it; ${asking ? 'Ctrl-P, then step' : 'm'} ends step mode`;
}
