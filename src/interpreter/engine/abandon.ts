/** Closes an interrupted run for good: what was open stays open, the outcome is `abandoned`, and who and why are recorded. */
import type { Decision, Observation } from '../core/model/event.ts';
import { exitCodeOf } from '../core/model/outcome.ts';
import type { Plan } from '../core/model/plan.ts';
import type { Actor } from '../core/model/value.ts';
import { readJournal } from '../store/journal-read.ts';
import { openJournal } from '../store/journal-write.ts';
import type { RunDirectory } from '../store/run-directory.ts';

export async function abandonRun(options: {
  readonly directory: RunDirectory;
  readonly plan: Plan;
  readonly actor: Actor;
  readonly reason: string;
}): Promise<void> {
  const { records } = readJournal(options.directory.journalPath);
  const last = records.at(-1);
  const journal = openJournal(options.directory.journalPath);
  const stamp = { epoch: (last?.epoch ?? 0) + 1, t: last?.t ?? 0, wall: new Date().toISOString() };
  const events: readonly (Observation | Decision)[] = [
    { type: 'control', id: 'abandon', by: options.actor, act: { is: 'note', text: `abandoned: ${options.reason}` } },
    { type: 'run.settled', outcome: 'abandoned' },
    { type: 'run.finished', outcome: 'abandoned', exitCode: exitCodeOf('abandoned') },
  ];
  try {
    for (const event of events) journal.append(event, stamp);
    journal.durable();
  } finally {
    journal.close();
  }
}
