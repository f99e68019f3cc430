/** Records of a run as they come, proven line by line like those of a file. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Stamped } from '../../interpreter/core/model/event.ts';
import { parseJournal } from '../../interpreter/store/journal-read.ts';
import { CommandError, exitCodes } from '../../console/exit-codes.ts';
import type { JournalPage } from '../protocol.ts';
import { linesOf, journalPage } from '../records.ts';
import type { Team } from './connect.ts';
import type { Doubts } from './uncarried.ts';
import { doubtsOf } from './uncarried.ts';

/** How often a run is asked, ms: quickly while something happens, slowly while it waits. */
const shortest = 40;
const longest = 1000;

export async function* recordsOf(
  { client, sdk }: Team,
  run: string,
  from: number,
  signal?: AbortSignal,
): AsyncGenerator<Stamped> {
  let next = Math.max(1, from);
  let wait = shortest;
  let isFirst = true;
  const doubts = doubtsOf(sdk, run);
  for (;;) {
    const page = await asked(() => journalPage(client, run, next), { signal, isFirst, doubts });
    isFirst = false;
    const parts = page?.before ?? [];
    const last = parts.at(-1)?.last ?? 0;
    const earlier = next <= last ? linesOf(client, run, next, parts) : [];
    let got = 0;
    for await (const lines of earlier)
      for (const record of recordsIn(lines)) {
        next = record.seq + 1;
        got += 1;
        yield record;
      }
    for (const record of recordsIn(got > 0 ? [] : (page?.lines ?? []))) {
      next = record.seq + 1;
      got += 1;
      yield record;
      if (record.type === 'run.finished') return;
    }
    if (got > 0) {
      wait = shortest;
      continue;
    }
    if (signal?.aborted === true || page?.finished === true) return;
    await pause(wait, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    wait = Math.min(longest, wait * 1.3);
  }
}

/** Undefined: nobody answers now; the run outlives its workers and a server that is away. */
async function asked(
  ask: () => Promise<JournalPage>,
  { signal, isFirst, doubts }: { readonly signal: AbortSignal | undefined; readonly isFirst: boolean; readonly doubts: Doubts },
): Promise<JournalPage | undefined> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (problem) {
      if (signal?.aborted === true) return undefined;
      doubts.heard(problem);
      if (signal === undefined && !isFirst && tries > 100) throw problem;
      await pause(200, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }
}

/** Each page is proven by itself: every line has its sum, and from the second on the hash of the one before. */
function recordsIn(lines: readonly string[]): readonly Stamped[] {
  const [first] = lines;
  if (first === undefined) return [];
  const { seq, prev } = JSON.parse(first) as Stamped;
  const read = parseJournal(Buffer.from(lines.map((line) => `${line}\n`).join('')), { seq: seq - 1, head: prev });
  const [problem] = read.problems;
  if (problem !== undefined)
    throw new CommandError({ exitCode: exitCodes.journal, message: `the record of the run is damaged: ${problem.message}` });
  return read.records;
}
