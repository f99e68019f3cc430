import { record } from './keys.ts';
import type { Plan } from './plan.ts';
import type { State } from './state.ts';

/** State before the first event. Plain JSON; `fold` owns and mutates it from here on. */
export function initialState(plan: Plan): State {
  return {
    run: '',
    seed: '',
    t: 0,
    epoch: 0,
    seq: 0,
    phase: 'preconditions',
    paused: false,
    stepMode: false,
    inputs: Object.assign(record(), plan.inputs),
    instances: record(),
    open: record(),
    blockedBy: [],
    failed: 0,
    unknown: 0,
    startOrder: [],
    undone: 0,
    questions: record(),
    people: 0,
    seen: record(),
    owedComms: [],
    begun: false,
    passed: record(),
    left: 0,
    todo: record(),
    ready: record(),
    warnings: 0,
    changed: false,
    failureQuestions: 0,
    undoFailed: 0,
    limited: false,
    cutShort: false,
    skips: record(),
    allowance: 0,
    messages: [],
    sendings: record(),
    nextEvery: record(),
    watches: record(),
  };
}
