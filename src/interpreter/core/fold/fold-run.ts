import { effectOf } from './policy.ts';
import { indexOf, nodeAt } from '../model/plan-index.ts';
import { owe } from './moments.ts';
import { closeQuestion } from './end.ts';
import { openList } from './containers.ts';
import { lanes } from '../decide/phases.ts';
import { claimUndo, mayUndoAgain, undosLeft } from './undos.ts';
import type { Plan } from '../model/plan.ts';
import type { State } from '../model/state.ts';
import type { Phase, RunOutcome, Stop } from '../model/status.ts';

/** A new engine: what an older one had started and not finished is in doubt from here on. */
export function foldEngineStarted(plan: Plan, state: State, epoch: number): void {
  const before = state.epoch;
  state.epoch = epoch;
  if (before === epoch) return;
  for (const key of Object.keys(state.open)) {
    const instance = state.instances[key];
    if (instance?.status !== 'running' || instance.container !== undefined || instance.epoch >= epoch) continue;
    instance.status = 'doubt';
    if (effectOf(nodeAt(plan, instance.node).effect, instance) !== 'read') instance.changed ??= 'unknown';
    instance.lost = true;
    delete instance.probed;
    delete instance.holds;
    delete instance.answer;
  }
}

/** Nobody is asked about an undo any more that a forced stop has cut short. */
function closeUndoQuestions(state: State): void {
  for (const { key, ask } of Object.values(state.questions)) {
    const instance = state.instances[key];
    if (ask === 'conflict' && instance !== undefined && state.open[key] === undefined) closeQuestion(state, instance);
  }
}

export function foldPhase(plan: Plan, state: State, phase: Phase): void {
  closeUndoQuestions(state);
  const begins = !begun(state) && phase !== 'preconditions' && plan.only === undefined;
  state.phase = phase;
  state.passed[phase] = 1;
  state.left = 0;
  if (phase === 'undo') {
    const left = undosLeft(state);
    const keys = left.filter((key) => mayUndoAgain(plan, state, key));
    state.undoFailed += left.length - keys.length;
    for (const key of left) failUndo(state, key);
    state.undoing = { keys, at: 0, bad: 0 };
    for (const key of keys) claimUndo(plan, state, key, '');
    return;
  }
  if (begins) begin(plan, state);
  const lane = lanes[phase];
  if (lane === undefined) return;
  state.left = openList(plan, state, indexOf(plan).roots.get(lane) ?? [], undefined, phase === 'evidence-after' ? '~after' : '');
}

function begun(state: State): boolean {
  return state.begun || state.stop !== undefined;
}

/** The work begins: preconditions hold. Messages of `started`, periods and guards of the whole run count from here. */
function begin(plan: Plan, state: State): void {
  state.begun = true;
  owe(plan, state, 'started', undefined);
  for (const index of indexOf(plan).roots.get('comms') ?? []) {
    const node = plan.nodes[index];
    if (node?.every !== undefined) state.nextEvery[node.key] = state.t + Math.max(1, node.every);
  }
  for (const index of indexOf(plan).roots.get('watch') ?? []) {
    const node = plan.nodes[index];
    if (node !== undefined && node.from === undefined) state.watches[node.key] = 'due';
  }
}

/** Until it is claimed again: an undo that may not be repeated by itself has failed. */
function failUndo(state: State, key: string): void {
  const instance = state.instances[key];
  if (instance === undefined) return;
  instance.undoState = 'failed';
  instance.undoFault ??= {
    class: 'unknown',
    code: 'undo-unknown',
    message: 'An earlier attempt to undo it had an unknown outcome; it is not repeated.',
  };
}

export function foldStopping(state: State, stop: Stop): void {
  state.stop = stop;
  delete state.owedStop;
  delete state.heldStop;
}

export function foldSettled(plan: Plan, state: State, outcome: RunOutcome): void {
  state.outcome = outcome;
  state.settledAt = state.t;
  if (!state.begun) return;
  const good = outcome === 'succeeded' || outcome === 'warning';
  owe(plan, state, 'finished', good ? 'succeeded' : 'failed');
}

export function foldFinished(state: State, exitCode: number): void {
  state.exitCode = exitCode;
  state.phase = 'finished';
  state.open = Object.create(null) as State['open'];
}
