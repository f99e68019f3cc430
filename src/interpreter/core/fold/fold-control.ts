import type { Observation } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { State } from '../model/state.ts';

type Control = Extract<Observation, { type: 'control' }>;

/** What an operator may do at any moment. The same id twice counts once: resending is harmless. */
export function foldControl(plan: Plan, state: State, event: Control): void {
  if (state.seen[event.id] !== undefined) return;
  state.seen[event.id] = 1;
  const { act } = event;
  switch (act.is) {
    case 'pause':
      state.paused = true;
      return;
    case 'continue':
      if (state.stepMode && !state.paused) state.allowance = 1;
      state.paused = false;
      return;
    case 'stepMode':
      state.stepMode = !state.stepMode;
      state.allowance = 0;
      return;
    case 'abort':
      return abort(plan, state, event, act);
    case 'skip':
      state.skips[act.key] = { reason: act.reason, by: event.by };
      return;
    case 'retry':
      return retryNow(state, act.key);
    case 'extend':
      return extend(state, act.key, act.by);
    case 'input':
      state.inputs[act.name] = act.value;
      return;
    case 'note':
      return;
  }
}

/** The first abort stops; a second one forces: nothing else is started, not even undo and finally. */
function abort(plan: Plan, state: State, event: Control, act: Extract<Control['act'], { is: 'abort' }>): void {
  if (state.settledAt !== undefined) {
    state.cutShort = true;
    return;
  }
  const again = state.stop?.cause === 'abort' || state.owedStop?.cause === 'abort';
  state.owedStop = {
    cause: 'abort',
    by: event.by,
    // An undo that a failure has already promised is not taken back; only force leaves it out.
    undo: act.undo || plan.onAbort === 'undo' || state.stop?.undo === true,
    force: act.force || again,
    reason: act.reason,
  };
}

function retryNow(state: State, key: string): void {
  const instance = state.instances[key];
  if (instance?.status === 'backoff') instance.due = state.t;
}

/** More time for a running attempt, a group, or an open question. */
function extend(state: State, key: string, by: number): void {
  const instance = state.instances[key];
  if (instance === undefined || state.open[key] === undefined) return;
  if (instance.until !== undefined && instance.until > 0) instance.until += by;
  const question = instance.question === undefined ? undefined : state.questions[instance.question];
  if (question?.expires !== undefined) question.expires += by;
}
