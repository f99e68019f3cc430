/** Lists of runs that are made again and again: nothing is read twice, and nothing that has changed is missed. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from './journal-write.ts';
import type { JournalTold, RunDirectory } from './run-directory.ts';
import { listRuns, newRunId, openRun, rememberedTold } from './run-directory.ts';

const stamp = { epoch: 1, t: 5, wall: '2026-01-01T00:00:00.000Z' };
const facts = { runbook: '', operator: '', startedAt: '', asks: false, damaged: false };

let root: string;
let runs: readonly RunDirectory[];
let reads: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runbook-listing-'));
  runs = [1, 2, 3].map((now) => openRun(root, newRunId(now)));
  for (const run of runs) {
    mkdirSync(run.path, { recursive: true });
    writeFileSync(run.journalPath, '');
    append(run);
  }
  reads = [];
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function append({ journalPath }: RunDirectory): void {
  const journal = openJournal(journalPath);
  journal.append({ type: 'time.reached' }, stamp);
  journal.durable();
  journal.close();
}
const counted: JournalTold = (run) => {
  reads.push(run.id);
  return facts;
};
const at = (index: number): RunDirectory => {
  const run = runs[index];
  if (run === undefined) throw new Error('there are three runs');
  return run;
};

describe('a list of runs that is remembered', () => {
  it('reads each journal once, and one that has grown again', async () => {
    const told = rememberedTold(counted);
    for (let i = 0; i < 3; i++) expect((await listRuns(root, told)).map(({ run }) => run)).toEqual(runs.map(({ id }) => id));
    expect(reads).toEqual(runs.map(({ id }) => id));
    append(at(1));
    await listRuns(root, told);
    expect(reads.slice(3)).toEqual([at(1).id]);
  });

  it('sees a record that was changed in its place, with its old size and time', async () => {
    const told = rememberedTold();
    expect((await listRuns(root, told))[0]?.state).toBe('interrupted');
    const { journalPath } = at(0);
    const { atime, mtime } = statSync(journalPath);
    writeFileSync(journalPath, readFileSync(journalPath, 'utf8').replace('time.reached', 'time.Reached'));
    utimesSync(journalPath, atime, mtime);
    expect((await listRuns(root, told))[0]?.state).toBe('damaged');
  });

  it('sees a run whose journal is gone', async () => {
    const told = rememberedTold();
    await listRuns(root, told);
    rmSync(at(2).journalPath);
    expect((await listRuns(root, told))[2]?.state).toBe('damaged');
  });
});
