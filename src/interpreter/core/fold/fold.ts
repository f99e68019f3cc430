/** `state = fold(plan, state, event)`. Owns and mutates its state (copying took 40 times as long); pure means deterministic. */
import type { Stamped } from '../model/event.ts';
import { foldAttemptFinished, foldAttemptStarted, foldCaptured, foldNoted, foldProbe } from './fold-attempt.ts';
import { foldControl } from './fold-control.ts';
import { foldClosed, foldOpened } from './fold-question.ts';
import { foldEngineStarted, foldFinished, foldPhase, foldSettled, foldStopping } from './fold-run.ts';
import { foldCommsDue, foldResolved, foldRetry, foldSkipped, foldStarted, foldStepFinished } from './fold-step.ts';
import type { Plan } from '../model/plan.ts';
import type { State } from '../model/state.ts';

/**
 * Never throws on a prefix of a valid journal. Events about things that are not open any more (late outcomes, second answers) change
 * nothing but the clock and the sequence number.
 */
export function fold(plan: Plan, state: State, event: Stamped): State {
  state.t = Math.max(state.t, event.t);
  state.seq = event.seq;
  apply(plan, state, event);
  return state;
}

function apply(plan: Plan, state: State, event: Stamped): void {
  switch (event.type) {
    case 'run.opened':
      state.run = event.run;
      state.seed = event.seed;
      state.operator = event.operator;
      return;
    case 'engine.started':
      return foldEngineStarted(plan, state, event.epoch);
    case 'step.started':
      return foldStarted(plan, state, event);
    case 'step.resolved':
      return foldResolved(plan, state, event);
    case 'step.skipped':
      return foldSkipped(plan, state, event);
    case 'step.finished':
      return foldStepFinished(plan, state, event);
    case 'retry.scheduled':
      return foldRetry(state, event);
    case 'comms.due':
      return foldCommsDue(plan, state, event);
    case 'probe.finished':
      return foldProbe(plan, state, event);
    case 'undo.captured':
      return foldCaptured(state, event);
    case 'attempt.started':
      return foldAttemptStarted(plan, state, event);
    case 'attempt.finished':
      return foldAttemptFinished(plan, state, event);
    case 'attempt.noted':
      return foldNoted(state, event);
    case 'question.opened':
      return foldOpened(plan, state, event);
    case 'question.closed':
      return foldClosed(plan, state, event);
    case 'control':
      return foldControl(plan, state, event);
    case 'phase.entered':
      return foldPhase(plan, state, event.phase);
    case 'run.stopping':
      return foldStopping(state, event.stop);
    case 'run.settled':
      return foldSettled(plan, state, event.outcome);
    case 'run.finished':
      return foldFinished(state, event.exitCode);
    case 'viewer':
      if (event.is === 'took') state.controls = event.by;
      return;
    case 'engine.lost':
    case 'time.reached':
    case 'clock.jumped':
    case 'answer.ignored':
      return;
  }
}
