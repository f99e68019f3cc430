/** One directory per run (0700), files 0600: journal.jsonl plan.json runbook.yaml output/ samples/ evidence/. Survives every crash. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Plan } from '../core/model/plan.ts';
import { readHolder } from './lock.ts';
import { readJournal } from './journal-read.ts';
import { isAlive } from './processes.ts';

export interface RunDirectory {
  readonly id: string;
  readonly path: string;
  readonly journalPath: string;
  plan(): Plan;
  source(): string;
  /** Where it was started from. */
  origin(): Origin;
}

export interface Origin {
  /** Directory of the runbook file. */
  readonly directory: string;
  /** The configuration file that was in force; null: there was none. Absent in runs of former versions. */
  readonly config?: string | null;
}

export interface RunListing {
  readonly run: string;
  readonly runbook: string;
  readonly state: 'running' | 'waiting' | 'interrupted' | 'finished' | 'damaged';
  readonly outcome?: string;
  readonly operator: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** 26 characters, sortable by time: 48 bits of milliseconds, 80 random bits. */
export function newRunId(now: number = Date.now()): string {
  let head = '';
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) head = (alphabet[rest % 32] ?? '0') + head;
  return head + [...randomBytes(16)].map((byte) => alphabet[byte % 32]).join('');
}

/** A whole one, not a beginning. */
export const isRunId = (text: string): boolean => /^[0-9a-hjkmnp-tv-z]{26}$/.test(text);

/** The folder gets its name when everything in it is on disk: a crash before leaves no run, a crash after leaves one that can be resumed. */
export async function createRun(
  root: string,
  id: string,
  contents: { readonly plan: Plan; readonly source: string; readonly origin: Origin },
): Promise<RunDirectory> {
  const runs = join(root, 'runs');
  const unfinished = join(runs, `.new-${id}`);
  try {
    mkdirSync(runs, { recursive: true, mode: 0o700 });
    mkdirSync(unfinished, { mode: 0o700 });
    for (const folder of ['output', 'samples', 'evidence']) mkdirSync(join(unfinished, folder), { mode: 0o700 });
    writeSynced(join(unfinished, 'plan.json'), JSON.stringify(contents.plan));
    writeSynced(join(unfinished, 'runbook.yaml'), contents.source);
    writeSynced(join(unfinished, 'place.json'), JSON.stringify(contents.origin));
    writeSynced(join(unfinished, 'journal.jsonl'), '');
    syncFolder(unfinished);
    renameSync(unfinished, join(runs, id));
    syncFolder(runs);
  } catch (problem) {
    rmSync(unfinished, { recursive: true, force: true });
    throw problem;
  }
  return openRun(root, id);
}

function writeSynced(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export function openRun(root: string, id: string): RunDirectory {
  const path = join(root, 'runs', id);
  return {
    id,
    path,
    journalPath: join(path, 'journal.jsonl'),
    plan: () => JSON.parse(readFileSync(join(path, 'plan.json'), 'utf8')) as Plan,
    source: () => readFileSync(join(path, 'runbook.yaml'), 'utf8'),
    origin: () => JSON.parse(readFileSync(join(path, 'place.json'), 'utf8')) as Origin,
  };
}

/** File of a run's folder: an anchor has seen a record of the run. */
export const anchorNote = 'anchor.json';

/** Records were there and are gone: a run that never got to its first record has not been seen by an anchor. */
export const wasEmptied = (run: RunDirectory): boolean => !hasBegun(run) && existsSync(join(run.path, anchorNote));

/** Its first record is on disk. */
export function hasBegun(run: RunDirectory): boolean {
  return (statSync(run.journalPath, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/**
 * All runs, oldest first. The state is derived each time from lock and journal, never stored. A run whose engine ended before its first record
 * never began and is left out. Throws where the folder is there and cannot be read.
 */
export async function listRuns(root: string, told: JournalTold = toldBy): Promise<readonly RunListing[]> {
  const living = livingRuns(root);
  let ids: readonly string[];
  try {
    ids = readdirSync(join(root, 'runs'))
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw problem;
  }
  return ids
    .map((id) => openRun(root, id))
    .filter((run) => living.has(run.id) || !existsSync(run.journalPath) || hasBegun(run) || wasEmptied(run))
    .map((run) => listing(run, living.has(run.id), told(run)));
}

/** What the journal of a run tells for a list. */
interface Told extends Omit<RunListing, 'run' | 'state'> {
  readonly asks: boolean;
  readonly damaged: boolean;
}

export type JournalTold = (run: RunDirectory) => Told;

/** For whoever lists again and again: a journal is read again when its file has changed. */
export function rememberedTold(read: JournalTold = toldBy): JournalTold {
  const known = new Map<string, { readonly file: string; readonly told: Told }>();
  return (run) => {
    const stat = statSync(run.journalPath, { throwIfNoEntry: false, bigint: true });
    const file = stat === undefined ? '' : [stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
    const before = known.get(run.id);
    if (before?.file === file) return before.told;
    const told = read(run);
    known.set(run.id, { file, told });
    return told;
  };
}

function livingRuns(root: string): ReadonlySet<string> {
  try {
    const folder = join(root, 'locks');
    const holders = readdirSync(folder)
      .filter((name) => name.endsWith('.lock'))
      .map((name) => readHolder(join(folder, name)));
    return new Set(holders.flatMap((holder) => (holder !== undefined && isAlive(holder) ? [holder.run] : [])));
  } catch {
    return new Set();
  }
}

function toldBy(run: RunDirectory): Told {
  let read;
  try {
    read = readJournal(run.journalPath);
  } catch {
    return { runbook: '', operator: '', startedAt: '', asks: false, damaged: true };
  }
  const { records, problems } = read;
  const opened = records.find((record) => record.type === 'run.opened');
  const finished = records.find((record) => record.type === 'run.finished');
  const open = new Set<string>();
  for (const record of records) {
    if (record.type === 'question.opened') open.add(record.id);
    else if (record.type === 'question.closed') open.delete(record.id);
  }
  return {
    runbook: opened?.runbook ?? '',
    ...(finished === undefined ? {} : { outcome: finished.outcome, finishedAt: finished.wall }),
    operator: opened?.operator.name ?? '',
    startedAt: opened?.wall ?? '',
    asks: open.size > 0,
    damaged: problems.length > 0,
  };
}

function listing(run: RunDirectory, alive: boolean, { asks, damaged, runbook, ...facts }: Told): RunListing {
  const carried = asks ? 'waiting' : 'running';
  const going = alive ? carried : 'interrupted';
  const whole = facts.finishedAt === undefined ? going : 'finished';
  return { run: run.id, runbook, state: damaged || wasEmptied(run) ? 'damaged' : whole, ...facts };
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
