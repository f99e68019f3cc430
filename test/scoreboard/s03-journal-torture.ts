/** Damage to the bytes of a journal: cut, flipped, dropped, swapped, repeated. Reading recovers a true beginning or says that it is damaged. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseJournal } from '../../src/interpreter/store/journal-read.ts';
import { openJournal } from '../../src/interpreter/store/journal-write.ts';
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, pick } from './measure.ts';

const by = { name: 'tester', host: 'here', auth: 'claimed' } as const;

function journalOf(records: number): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-board-'));
  const path = join(folder, 'journal.jsonl');
  try {
    writeFileSync(path, '');
    const journal = openJournal(path);
    for (let at = 0; at < records; at++) {
      const text = `note ${String(at)} with "quotes" and Grüße`;
      journal.append(
        { type: 'control', id: `n${String(at)}`, by, act: { is: 'note', text } },
        { epoch: 1, t: at, wall: '2026-01-01T00:00:00.000Z' },
      );
      journal.durable();
    }
    journal.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Seen = 'same' | 'beginning' | 'damaged' | 'invented';

function read(bytes: Buffer, whole: readonly string[]): Seen {
  const { records, problems } = parseJournal(bytes);
  const seen = records.map((record) => JSON.stringify(record));
  if (seen.some((record, at) => record !== whole[at])) return 'invented';
  if (problems.length > 0) return 'damaged';
  return seen.length === whole.length ? 'same' : 'beginning';
}

export const journalTorture: Measure = {
  id: 'S3',
  title: 'A journal cut at every byte; every byte changed; lines dropped, swapped, repeated',
  target: 'each cut is a true beginning, each damage in the middle is found, nothing throws',
  run: async (tier: Tier): Promise<Score> => {
    const bytes = journalOf(pick(tier, { quick: 12, board: 50, soak: 400 }));
    const whole = parseJournal(bytes).records.map((record) => JSON.stringify(record));
    const lines = bytes.toString('utf8').split('\n').slice(0, -1);
    const violations: string[] = [];
    let cases = 0;
    const expectOneOf = (what: string, damaged: Buffer, allowed: readonly Seen[]): void => {
      cases += 1;
      try {
        const seen = read(damaged, whole);
        if (!allowed.includes(seen)) violations.push(`${what}: read as ${seen}`);
      } catch (problem) {
        violations.push(`${what}: threw ${String(problem)}`);
      }
    };
    for (let at = 0; at < bytes.length; at++) expectOneOf(`cut at byte ${String(at)}`, bytes.subarray(0, at), ['beginning']);
    const bits = pick(tier, { quick: 1, board: 2, soak: 8 });
    for (let at = 0; at < bytes.length - 1; at++)
      for (let bit = 0; bit < bits; bit++) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << ((at + bit) % 8));
        expectOneOf(`bit ${String((at + bit) % 8)} of byte ${String(at)} flipped`, flipped, ['damaged']);
      }
    const rejoined = (changed: readonly string[]): Buffer => Buffer.from(`${changed.join('\n')}\n`);
    for (let at = 0; at < lines.length - 1; at++) {
      expectOneOf(`record ${String(at + 1)} dropped`, rejoined(lines.filter((_, one) => one !== at)), ['damaged']);
      expectOneOf(`record ${String(at + 1)} repeated`, rejoined(lines.flatMap((one, n) => (n === at ? [one, one] : [one]))), [
        'damaged',
      ]);
      expectOneOf(`records ${String(at + 1)} and ${String(at + 2)} swapped`, rejoined(swapped(lines, at)), ['damaged']);
    }
    return { cases, violations: atMost(violations), figure: `${String(cases)} damages of ${String(lines.length)} records` };
  },
};

function swapped(lines: readonly string[], at: number): readonly string[] {
  const changed = [...lines];
  [changed[at], changed[at + 1]] = [changed[at + 1] ?? '', changed[at] ?? ''];
  return changed;
}
