/** Follows a journal that another process writes: whole, proven records as they come, never a part of one. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Stamped } from '../core/model/event.ts';
import type { JournalPlace } from './journal-read.ts';
import { genesis, parseJournal } from './journal-read.ts';

export interface Follower {
  /** Records that have come since the last call. Throws FollowError when the file is damaged or gone. */
  read(): readonly Stamped[];
  close(): void;
}

/** The record of the run cannot be read any further. */
export class FollowError extends Error {
  readonly kind: 'gone' | 'damaged';
  constructor(kind: 'gone' | 'damaged', message: string) {
    super(message);
    this.name = 'FollowError';
    this.kind = kind;
  }
}

export function followJournal(path: string): Follower {
  const file = openSync(path, 'r');
  const { ino } = fstatSync(file);
  let offset = 0;
  let place: JournalPlace = { seq: 0, head: genesis };
  return {
    read: () => {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined || found.ino !== ino) throw new FollowError('gone', `${path} has been taken away or replaced`);
      const size = fstatSync(file).size;
      if (size < offset) throw new FollowError('damaged', `${path} has become shorter`);
      if (size === offset) return [];
      const bytes = Buffer.alloc(size - offset);
      const length = readSync(file, bytes, 0, bytes.length, offset);
      const read = parseJournal(bytes.subarray(0, length), place);
      offset += read.goodBytes;
      place = { seq: place.seq + read.records.length, head: read.head };
      const problem = read.problems[0];
      if (problem !== undefined) throw new FollowError('damaged', problem.message);
      return read.records;
    },
    close: () => {
      closeSync(file);
    },
  };
}
