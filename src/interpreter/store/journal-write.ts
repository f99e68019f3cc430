/**
 * Appends records. Lines gather in memory; `durable()` writes them in one call and syncs once: the outcome of one step and the intent of the next
 * share a write and a sync. Nothing may be acted upon, shown or acknowledged before `durable()` returned.
 */
import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import type { Decision, Observation, Stamped } from '../core/model/event.ts';
import type { Ms } from '../core/model/value.ts';
import { sha256 } from '../plan/hash.ts';
import { genesis, lineOf, readJournal } from './journal-read.ts';

/** The journal could not be written or synced: the engine stops before its next effect (exit 10, F11 to F13). */
export class JournalError extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'JournalError';
  }
}

export interface Stamp {
  readonly epoch: number;
  readonly t: Ms;
  readonly wall: string;
}

export interface Journal {
  /** The decoded line as a reader will see it; fold this, never the object given. */
  append(event: Decision | Observation, stamp: Stamp): Stamped;
  /** Everything appended so far is on disk; returns the records that became durable. */
  durable(): readonly Stamped[];
  close(): void;
}

/** Opens for appending after the proven part; a torn tail is moved to `<path>.torn` first. */
export function openJournal(path: string): Journal {
  const file = openSync(path, 'a+', 0o600);
  const read = readJournal(path);
  if (read.problems[0] !== undefined) throw new JournalError('the journal is damaged', read.problems[0].message);
  if (read.tornBytes > 0) cutTail(path, file, read.goodBytes, read.tornBytes);
  let seq = read.records.length;
  let head = read.records.length === 0 ? genesis : read.head;
  let lines: string[] = [];
  let waiting: Stamped[] = [];
  let broken: JournalError | undefined;
  return {
    append: (event, stamp) => {
      seq += 1;
      const line = lineOf({ seq, prev: head, ...stamp, ...event });
      head = sha256(line);
      lines.push(line);
      const record = JSON.parse(line) as Stamped;
      waiting.push(record);
      return record;
    },
    durable: () => {
      // What part of the last write is on disk is not known: writing the same lines again would damage the journal.
      if (broken !== undefined) throw broken;
      if (lines.length === 0) return [];
      broken = writeAll(file, `${lines.join('\n')}\n`);
      if (broken !== undefined) throw broken;
      const written = waiting;
      lines = [];
      waiting = [];
      return written;
    },
    close: () => {
      closeSync(file);
    },
  };
}

/** Puts all records aside, to `<path>.torn`: for a beginning that is not worth continuing. The caller holds the lock. */
export function setAside(path: string): void {
  const file = openSync(path, 'a+', 0o600);
  try {
    const { size } = fstatSync(file);
    if (size > 0) cutTail(path, file, 0, size);
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, text: string): JournalError | undefined {
  const bytes = Buffer.from(text, 'utf8');
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fdatasyncSync(file);
    // Bytes of a file without a name are gone when the engine ends: that is not a record.
    return fstatSync(file).nlink === 0 ? new JournalError('the journal cannot be kept', 'its file was deleted') : undefined;
  } catch (problem) {
    return new JournalError('the journal cannot be written', problem);
  }
}

function cutTail(path: string, file: number, good: number, torn: number): void {
  const bytes = Buffer.alloc(torn);
  const from = openSync(path, 'r');
  try {
    const length = readInto(from, bytes, good);
    writeFileSync(`${path}.torn`, bytes.subarray(0, length), { flag: 'a', mode: 0o600 });
  } finally {
    closeSync(from);
  }
  ftruncateSync(file, good);
  fdatasyncSync(file);
}

function readInto(file: number, bytes: Buffer, position: number): number {
  return readSync(file, bytes, 0, bytes.length, position);
}
