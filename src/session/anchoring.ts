/** Hands the head of a running record to the anchor: at the start of an engine, when the run waits for a person, and at the end. */
import type { Anchor } from '../interpreter/config/config.ts';
import type { Stamped } from '../interpreter/core/model/event.ts';
import { readJournal } from '../interpreter/store/journal-read.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { CommandError, exitCodes } from '../console/exit-codes.ts';
import { printError } from '../console/terminal.ts';
import type { Head } from '../ui/format.ts';
import { anchorDiscrepancies, keepHead, keptHeads, noteAnchor } from './anchor.ts';

export interface Anchoring {
  onRecord(record: Stamped): void;
  /** The head of the whole record has been handed over, or the anchor did not take it. */
  close(): Promise<void>;
}

const none: Anchoring = { onRecord: () => undefined, close: () => Promise.resolve() };

/** One call at a time, beside the run; a head that is due meanwhile is handed over after it, the newest only. */
export function startAnchoring(anchor: Anchor | undefined, directory: RunDirectory): Anchoring {
  if (anchor === undefined) return none;
  let last = 0;
  let under: Promise<void> | undefined;
  let due = false;
  const keep = async (): Promise<void> => {
    const { records, head: hash } = readJournal(directory.journalPath);
    const head: Head = { seq: records.length, hash };
    if (head.seq === last || head.seq === 0) return;
    const why = await keepHead(anchor, directory.id, head);
    if (why === undefined) last = head.seq;
    noteAnchor(directory, head, why);
  };
  /** A folder that cannot be read or written any more ends the run in its own words. */
  const next = async (): Promise<void> => {
    while (due) {
      due = false;
      await keep().catch(() => undefined);
    }
    under = undefined;
  };
  const begin = (): void => {
    due = true;
    under ??= next();
  };
  return {
    onRecord: (record) => {
      if (isPause(record)) begin();
    },
    close: async () => {
      begin();
      await under;
    },
  };
}

/** From here on nothing may be written for hours. */
const isPause = (record: Stamped): boolean =>
  record.type === 'engine.started' ||
  record.type === 'question.opened' ||
  record.type === 'run.settled' ||
  (record.type === 'control' && record.act.is === 'pause');

/**
 * Before anything follows from a stored record: what the anchor has must be in it. An anchor that cannot be asked is told and stops nobody in the middle
 * of an incident; `verify` does not let it pass.
 */
export async function refuseCut(anchor: Anchor | undefined, directory: RunDirectory): Promise<void> {
  if (anchor?.get === undefined) return;
  const kept = await keptHeads(anchor, directory.id);
  if (!kept.ok) {
    await printError(`warning: the record of run ${directory.id} was not compared with the anchor: ${kept.why}`);
    return;
  }
  const [wrong] = anchorDiscrepancies(readJournal(directory.journalPath), kept.heads);
  if (wrong === undefined) return;
  throw new CommandError({
    exitCode: exitCodes.journal,
    message: `the record of run ${directory.id} is not the one that the anchor knows: ${wrong.message}`,
    hint: `nothing was changed; \`runbook verify ${directory.id}\` tells more`,
  });
}
