/**
 * Reads a journal and proves it: each line carries the hash of the line before, its place in the sequence, a sum of itself
 * (or a change in the last line would go unnoticed), and ends with a line feed.
 * A torn tail (crash in the middle of a write) is cut off and reported; damage anywhere else is a problem and nothing is invented (F14, F15).
 */
import { readFileSync } from 'node:fs';
import type { Stamped } from '../core/model/event.ts';
import { genesis, lineWith, sumLength } from '../core/model/journal-line.ts';
import { sha256 } from '../plan/hash.ts';

export interface JournalProblem {
  /** Line from 1, and offset in bytes of its beginning. */
  readonly line: number;
  readonly offset: number;
  readonly message: string;
}

export interface JournalRead {
  readonly records: readonly Stamped[];
  readonly problems: readonly JournalProblem[];
  /** Bytes of the last, incomplete line; 0 when the journal is whole. */
  readonly tornBytes: number;
  /** Length of the proven part, bytes. */
  readonly goodBytes: number;
  /** Hash of the last proven line: what the next record carries as `prev`. */
  readonly head: string;
}

export { genesis };

const sumForm = /,"sum":"([0-9a-f]{16})"\}$/;
const sumOf = (body: string): string => sha256(body).slice(0, sumLength);

/** The line of a record: the record itself and its sum. */
export const lineOf = (record: object): string => lineWith(sha256, record);

export function readJournal(path: string): JournalRead {
  return parseJournal(readFileSync(path));
}

/** Where a reader is in a journal: how many records it has, and the hash of the last line. */
export interface JournalPlace {
  readonly seq: number;
  readonly head: string;
}

/** Exported for tests and for followers that hold the bytes already; `after`: what they have read before. */
export function parseJournal(bytes: Buffer, after: JournalPlace = { seq: 0, head: genesis }): JournalRead {
  const records: Stamped[] = [];
  let { head } = after;
  let offset = 0;
  while (offset < bytes.length) {
    const end = bytes.indexOf(10, offset);
    if (end < 0) return { records, problems: [], tornBytes: bytes.length - offset, goodBytes: offset, head };
    const line = bytes.toString('utf8', offset, end);
    const number = after.seq + records.length + 1;
    const read = readLine(line, head, number);
    if (typeof read === 'string') {
      const problem = { line: number, offset, message: `line ${String(number)} (byte ${String(offset)}): ${read}` };
      return { records, problems: [problem], tornBytes: 0, goodBytes: offset, head };
    }
    records.push(read);
    head = sha256(line);
    offset = end + 1;
  }
  return { records, problems: [], tornBytes: 0, goodBytes: offset, head };
}

function readLine(line: string, head: string, seq: number): Stamped | string {
  const record = parsed(line);
  if (record === undefined) return 'not JSON';
  if (record === null || typeof record !== 'object' || typeof record.type !== 'string') return 'no record';
  // Before anything else: another format may prove its lines in another way.
  if (record.type === 'run.opened' && typeof record.format === 'number' && record.format !== 1)
    return `journal format ${String(record.format)}; this version reads format 1`;
  const sum = sumForm.exec(line);
  if (sum === null || sum[1] !== sumOf(`${line.slice(0, sum.index)}}`)) return 'changed since it was written';
  if (record.seq !== seq) return `number ${String(record.seq)} where ${String(seq)} is due`;
  if (record.prev !== head) return 'does not follow from the line before (changed, missing or moved)';
  return record;
}

/** Undefined: no JSON. */
function parsed(line: string): Stamped | null | undefined {
  try {
    return JSON.parse(line) as Stamped | null;
  } catch {
    return undefined;
  }
}
