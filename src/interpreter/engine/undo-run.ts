/**
 * `runbook undo`: a new run that begins with what the finished run did (its records up to the moment it began to end), followed by the operator's
 * abort with undo. So the same core that undoes a failing run undoes a finished one, with the values that were captured then.
 */
import type { Decision, Observation, Stamped } from '../core/model/event.ts';
import { fold } from '../core/fold/fold.ts';
import { initialState } from '../core/model/initial.ts';
import type { Plan } from '../core/model/plan.ts';
import type { State } from '../core/model/state.ts';
import type { Actor } from '../core/model/value.ts';
import { planHash } from '../plan/hash.ts';
import { readJournal } from '../store/journal-read.ts';
import type { RunDirectory } from '../store/run-directory.ts';

export type UndoPlan = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly message: string };

/** The plan of the undo run, or why there is nothing to undo. */
export function planUndo(plan: Plan, state: State): UndoPlan {
  const left = Object.values(state.instances).filter((one) => one.undoState === 'registered' || one.undoState === 'failed');
  if (left.length === 0) return { ok: false, message: `run ${state.run} has nothing left to undo` };
  // What people were asked afterwards is in the record of that run; nobody is asked twice about one night.
  const nodes = plan.nodes.filter(({ lane }) => lane !== 'postmortem');
  const undoing = { ...plan, nodes, undoOf: state.run };
  return { ok: true, plan: { ...undoing, hash: planHash(undoing) } };
}

const abortId = (undone: string): string => `undo-of-${undone}`;

/**
 * The first write of an undo was torn, by a power failure or a full disk: what is left reads like the beginning of the run that it undoes, and would be
 * continued forwards. Nothing has been performed then, since an engine acts only upon what is on disk, so the undo begins anew.
 */
export const isSeedTorn = ({ undoOf }: Plan, records: readonly Stamped[]): boolean =>
  undoOf !== undefined && !records.some((record) => record.type === 'control' && record.id === abortId(undoOf));

/** The events that the new journal begins with, after its own run.opened. */
export function undoSeed(old: RunDirectory, actor: Actor): readonly (Observation | Decision)[] {
  const { records } = readJournal(old.journalPath);
  const end = records.findIndex(endsTheWork);
  const cut = end < 0 ? records.length : end;
  const done = records.slice(0, cut).filter((record) => record.type !== 'run.opened' && record.type !== 'engine.started');
  const kept = [...done, ...endingsOf(done, records.slice(cut))];
  const abort: Observation = {
    type: 'control',
    id: abortId(old.id),
    by: actor,
    act: { is: 'abort', undo: true, force: false, reason: `undo of run ${old.id}` },
  };
  return [...kept.map(withoutStamp), abort];
}

/** How that ended which was under way when the work ended: nobody works on it in the new run, so it must not wait for it. */
function endingsOf(done: readonly Stamped[], rest: readonly Stamped[]): readonly Stamped[] {
  const open = new Set<string>();
  for (const record of done) {
    const name = endingName(record);
    if (record.type === 'attempt.started' || record.type === 'question.opened') open.add(name ?? '');
    else if (name !== undefined) open.delete(name);
  }
  return rest.filter(
    (record) =>
      (record.type === 'attempt.finished' || record.type === 'question.closed') && open.delete(endingName(record) ?? ''),
  );
}

function endingName(record: Stamped): string | undefined {
  if (record.type === 'attempt.started' || record.type === 'attempt.finished') return `${record.key} ${String(record.n)}`;
  return record.type === 'question.opened' || record.type === 'question.closed' ? record.id : undefined;
}

function endsTheWork(record: Stamped): boolean {
  if (record.type === 'run.stopping' || record.type === 'run.settled') return true;
  return record.type === 'phase.entered' && ['undo', 'finally', 'evidence-after', 'closing'].includes(record.phase);
}

function withoutStamp(record: Stamped): Observation | Decision {
  const { seq, prev, epoch, t, wall, sum, ...event } = record;
  void [seq, prev, epoch, t, wall, sum];
  return event;
}

/** Folds a stored run; shared by abandon and tests. */
export function foldRun(plan: Plan, records: readonly Stamped[]): State {
  return records.reduce((state, record) => fold(plan, state, record), initialState(plan));
}
