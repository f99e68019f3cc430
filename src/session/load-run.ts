/** A stored run folded: its plan, verified records and state. Damage in the middle ends the command with exit code 10 (F15). */
import { fold } from '../interpreter/core/fold/fold.ts';
import { initialState } from '../interpreter/core/model/initial.ts';
import type { Stamped } from '../interpreter/core/model/event.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { State } from '../interpreter/core/model/state.ts';
import { readJournal } from '../interpreter/store/journal-read.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { CommandError, exitCodes } from '../console/exit-codes.ts';

export interface StoredRun {
  readonly plan: Plan;
  readonly records: readonly Stamped[];
  readonly state: State;
}

export function readStored(directory: RunDirectory): StoredRun {
  const plan = directory.plan();
  const { records, problems } = readJournal(directory.journalPath);
  const first = problems[0];
  if (first !== undefined) {
    throw new CommandError({
      exitCode: exitCodes.journal,
      message: `the journal of run ${directory.id} is damaged: ${first.message}`,
      hint: `the file is ${directory.journalPath}; nothing was changed`,
    });
  }
  const state = records.reduce((before, record) => fold(plan, before, record), initialState(plan));
  return { plan, records, state };
}
