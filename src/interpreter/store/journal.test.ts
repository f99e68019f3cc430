/** The journal as evidence: whatever happens to its bytes, reading never throws and never invents a record. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { genesis, parseJournal, readJournal } from './journal-read.ts';
import { JournalError, openJournal } from './journal-write.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-journal-'));
  path = join(folder, 'journal.jsonl');
  writeFileSync(path, '');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const stamp = { epoch: 1, t: 5, wall: '2026-01-01T00:00:00.000Z' };
const fill = (count: number): void => {
  const journal = openJournal(path);
  for (let i = 0; i < count; i++) {
    journal.append({ type: 'control', id: `n${String(i)}`, by, act: { is: 'note', text: `Grüße ${String(i)}` } }, stamp);
    journal.durable();
  }
  journal.close();
};
const by = { name: 'tester', host: 'here', auth: 'claimed' } as const;

describe('journal', () => {
  it('chains each line to the one before and continues after it was opened again', () => {
    fill(3);
    fill(2);
    const read = readJournal(path);
    expect(read.problems).toEqual([]);
    expect(read.records.map((record) => record.seq)).toEqual([1, 2, 3, 4, 5]);
    expect(read.records[0]?.prev).toBe(genesis);
  });

  it('hands out nothing as durable before it is on disk', () => {
    const journal = openJournal(path);
    journal.append({ type: 'time.reached' }, stamp);
    expect(readFileSync(path, 'utf8')).toBe('');
    expect(journal.durable()).toHaveLength(1);
    expect(readJournal(path).records).toHaveLength(1);
    expect(journal.durable()).toEqual([]);
    journal.close();
  });

  it('cut at every byte: a true beginning of the records, the rest reported as torn, and nothing thrown', () => {
    fill(4);
    const whole = readFileSync(path);
    const all = parseJournal(whole).records;
    for (let length = 0; length <= whole.length; length++) {
      const read = parseJournal(whole.subarray(0, length));
      expect(read.problems).toEqual([]);
      expect(read.records).toEqual(all.slice(0, read.records.length));
      expect(read.goodBytes + read.tornBytes).toBe(length);
    }
  });

  it('a flipped bit anywhere but in the last line feed is always a problem, never another history', () => {
    fill(4);
    const whole = readFileSync(path);
    const all = parseJournal(whole).records;
    for (let at = 0; at < whole.length - 1; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      const read = parseJournal(bytes);
      expect(read.problems).toHaveLength(1);
      expect(all.length).toBeGreaterThan(read.records.length);
    }
  });

  it('a journal of a newer format is reported as one, however it proves its lines', () => {
    const read = parseJournal(Buffer.from('{"type":"run.opened","seq":1,"format":2,"proof":"of another kind"}\n'));
    expect(read.problems[0]?.message).toContain('journal format 2; this version reads format 1');
  });

  it('a torn tail is kept beside the journal and the next record follows the proven part', () => {
    fill(2);
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('{"seq":3,"pre')]));
    fill(1);
    expect(readJournal(path)).toMatchObject({ problems: [], tornBytes: 0 });
    expect(readJournal(path).records).toHaveLength(3);
    expect(readFileSync(`${path}.torn`, 'utf8')).toBe('{"seq":3,"pre');
  });

  it('is not opened for writing when it is damaged in the middle, and is left as it was', () => {
    fill(3);
    const damaged = readFileSync(path, 'utf8').replace('Grüße 1', 'Grüße 9');
    writeFileSync(path, damaged);
    expect(() => openJournal(path)).toThrow(JournalError);
    expect(readFileSync(path, 'utf8')).toBe(damaged);
    expect(existsSync(`${path}.torn`)).toBe(false);
  });
});
