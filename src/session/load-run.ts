/** A stored run folded: its plan, verified records and state. Damage in the middle ends the command with exit code 10 (F15). */
import { fold } from '../interpreter/core/fold/fold.ts';
import { initialState } from '../interpreter/core/model/initial.ts';
import type { Stamped } from '../interpreter/core/model/event.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { State } from '../interpreter/core/model/state.ts';
import type { Head } from '../ui/format.ts';
import { readJournal } from '../interpreter/store/journal-read.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { wasEmptied } from '../interpreter/store/run-directory.ts';
import type { Discrepancy } from '../interpreter/store/pins.ts';
import { discrepancies, planDiscrepancies } from '../interpreter/store/pins.ts';
import { CommandError, exitCodes } from '../console/exit-codes.ts';

export interface StoredRun {
  readonly plan: Plan;
  readonly records: readonly Stamped[];
  readonly state: State;
  /** Of the whole record: kept elsewhere, it proves later that nothing was rewritten or cut off. */
  readonly head: Head;
}

export function readStored(directory: RunDirectory): StoredRun {
  const plan = planOf(directory);
  const { records, problems, head } = readJournal(directory.journalPath);
  const first = problems[0];
  if (first !== undefined) {
    throw new CommandError({
      exitCode: exitCodes.journal,
      message: `the journal of run ${directory.id} is damaged: ${first.message}`,
      hint: `the file is ${directory.journalPath}; nothing was changed`,
    });
  }
  if (wasEmptied(directory)) refuse(directory, [{ file: 'journal.jsonl', message: 'all records are gone' }]);
  refuse(directory, planDiscrepancies(plan, records));
  const state = records.reduce((before, record) => fold(plan, before, record), initialState(plan));
  return { plan, records, state, head: { seq: records.length, hash: head } };
}

function planOf(directory: RunDirectory): Plan {
  try {
    return directory.plan();
  } catch (problem) {
    return damaged(directory, [{ file: 'plan.json', message: `the plan cannot be read: ${(problem as Error).message}` }]);
  }
}

/** Before an engine starts or another run is made from this one: nothing in its folder may differ from what it was opened with. */
export function refuseChanged(directory: RunDirectory): void {
  const { plan, records } = readStored(directory);
  let found: readonly Discrepancy[];
  try {
    found = discrepancies(directory, plan, records);
  } catch (problem) {
    found = [{ file: '', message: `a file of the run cannot be read: ${(problem as Error).message}` }];
  }
  refuse(directory, found);
}

function refuse(directory: RunDirectory, found: readonly Discrepancy[]): void {
  if (found.length > 0) damaged(directory, found);
}

function damaged(directory: RunDirectory, found: readonly Discrepancy[]): never {
  const words = found.map(({ file, message }) => (file === '' ? message : `${file}: ${message}`));
  throw new CommandError({
    exitCode: exitCodes.journal,
    message: `run ${directory.id} is not what it was opened with: ${words.join('; ')}`,
    hint: `the folder is ${directory.path}; nothing was changed`,
  });
}
