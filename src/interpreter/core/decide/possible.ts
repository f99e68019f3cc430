/** Which controls make a difference now. Viewers offer only these, and the engine refuses the others, by the same words. */
import type { Control } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { State } from '../model/state.ts';

/** Why a control would change nothing now, in words for the operator; undefined when it does. */
export function whyNot(plan: Plan, state: Readonly<State>, act: Control): string | undefined {
  if (state.phase === 'finished') return 'the run has finished';
  switch (act.is) {
    case 'pause':
      return state.paused ? 'the run is paused already' : undefined;
    case 'continue':
      return state.paused || state.stepMode ? undefined : 'the run is not paused';
    case 'skip':
      return whyNotSkip(plan, state, act.key);
    case 'retry':
      return state.instances[act.key]?.status === 'backoff' ? undefined : `${act.key} is not waiting to retry`;
    case 'extend':
      return whyNotExtend(plan, state, act.key, act.by);
    case 'input':
      return whyNotInput(plan, state, act.name);
    case 'note':
      return act.text.trim() === '' ? 'the note is empty' : undefined;
    case 'stepMode':
    case 'abort':
      return undefined;
  }
}

function whyNotInput(plan: Plan, state: Readonly<State>, name: string): string | undefined {
  if (plan.secretInputs !== undefined && Object.hasOwn(plan.secretInputs, name))
    return `the input "${name}" is a secret and cannot be changed: a change would be in the record`;
  return Object.hasOwn(state.inputs, name) || Object.hasOwn(plan.inputs, name) ? undefined : `the runbook has no input "${name}"`;
}

function whyNotSkip(plan: Plan, state: Readonly<State>, key: string): string | undefined {
  const instance = state.instances[key];
  const known = instance !== undefined || state.todo[key] !== undefined || plan.nodes.some((node) => node.key === key);
  if (!known) return `the run has no step "${key}"`;
  if (state.skips[key] !== undefined) return `${key} is already marked to be skipped`;
  if (instance === undefined) return undefined;
  if (instance.finishedAt !== undefined || state.open[key] === undefined) return `${key} has ended`;
  return instance.container === undefined ? undefined : `${key} is already running; skip its child steps instead`;
}

function whyNotExtend(plan: Plan, state: Readonly<State>, key: string, by: number): string | undefined {
  const instance = state.instances[key];
  if (!(by > 0)) return 'the extension must be longer than 0s';
  if (instance === undefined)
    return plan.nodes.some((node) => node.key === key) ? `${key} has not started` : `the run has no step "${key}"`;
  if (state.open[key] === undefined) return `${key} has ended`;
  const question = instance.question === undefined ? undefined : state.questions[instance.question];
  const limited = (instance.until !== undefined && instance.until > 0) || question?.expires !== undefined;
  return limited ? undefined : `${key} has no time limit to extend`;
}
