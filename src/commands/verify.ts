/** `runbook verify RUN [--head H]`: is the record whole, and is everything in the run's folder what the record says? */
import type { Stamped } from '../interpreter/core/model/event.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { JournalRead } from '../interpreter/store/journal-read.ts';
import { readJournal } from '../interpreter/store/journal-read.ts';
import { outputDiscrepancies } from '../interpreter/store/outputs-proof.ts';
import type { Discrepancy } from '../interpreter/store/pins.ts';
import { discrepancies, pinnedConfig } from '../interpreter/store/pins.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { exitCodes, usage } from '../console/exit-codes.ts';
import type { OutputOption } from '../console/options.ts';
import { print, printJson } from '../console/terminal.ts';
import { openNamedRun } from '../session/open-run.ts';
import { pinText } from '../ui/format.ts';

export async function verify(name: string, options: OutputOption & { readonly head?: string }): Promise<number> {
  const directory = await openNamedRun(name);
  const read = readJournal(directory.journalPath);
  const wrong = [...journalFindings(read), ...headFindings(read, options.head), ...folderFindings(directory, read.records)];
  const head = { seq: read.records.length, hash: read.head };
  const notes = notesOf(read);
  const good = wrong.length === 0;
  if (options.output === 'json') await printJson({ run: directory.id, ok: good, head, findings: wrong, notes });
  else {
    for (const { file, message } of wrong) await print(`WRONG  ${file}: ${message}`);
    for (const note of notes) await print(`note   ${note}`);
    await print(
      good
        ? `OK     run ${directory.id}: record ${String(head.seq)}, head ${head.hash}`
        : `run ${directory.id} is not what it was`,
    );
  }
  return good ? exitCodes.succeeded : exitCodes.journal;
}

const journal = 'journal.jsonl';
const journalFindings = ({ problems }: JournalRead): readonly Discrepancy[] =>
  problems.map(({ message }) => ({ file: journal, message }));

/** A head that was kept elsewhere is the hash of some record, as long as nothing before it was rewritten or cut off. */
function headFindings({ records, head }: JournalRead, given: string | undefined): readonly Discrepancy[] {
  if (given === undefined) return [];
  if (!/^[0-9a-f]{16,64}$/.test(given))
    throw usage(`--head ${given} is no hash`, 'a hash of 64 hexadecimal digits, or at least its first 16');
  const known = [...records.slice(1).map((record) => record.prev), head].some((hash) => hash.startsWith(given));
  if (known) return [];
  return [{ file: journal, message: `no record has the head ${given}: the record was rewritten, or cut off before it` }];
}

function folderFindings(directory: RunDirectory, records: readonly Stamped[]): readonly Discrepancy[] {
  let plan: Plan;
  try {
    plan = directory.plan();
  } catch (problem) {
    return [{ file: 'plan.json', message: `the plan cannot be read: ${(problem as Error).message}` }];
  }
  try {
    return [...discrepancies(directory, plan, records), ...outputDiscrepancies(directory, records, plan.undoOf !== undefined)];
  } catch (problem) {
    return [{ file: directory.path, message: `a file cannot be read: ${(problem as Error).message}` }];
  }
}

function notesOf({ records, tornBytes }: JournalRead): readonly string[] {
  const config = pinnedConfig(records);
  return [
    ...(tornBytes > 0 ? [`the last ${String(tornBytes)} bytes are half a record, as a crash leaves them`] : []),
    ...(records.some((record) => record.type === 'run.finished') ? [] : ['the run has not finished']),
    config === undefined
      ? 'the record is of a version that did not pin folder and configuration'
      : `configuration: ${pinText(config)}`,
  ];
}
