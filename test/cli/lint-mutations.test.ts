/**
 * Lint of damaged runbooks: whatever stands in a file, lint ends, says where, and says the same again. The same files in every suite; with
 * RUNBOOK_PROPERTY_RUNS=100000 so many other ones. A failure prints its seed and the smallest text.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mend } from '../../src/commands/lint/fix.ts';
import type { Looked } from '../../src/commands/lint/one.ts';
import { createLinter } from '../../src/commands/lint/one.ts';
import { check } from '../../src/interpreter/check/check.ts';
import type { Diagnostic } from '../../src/interpreter/document/diagnostic.ts';
import { joined, sortDiagnostics } from '../../src/interpreter/document/diagnostic.ts';
import { loadRunbook } from '../../src/interpreter/document/load.ts';
import { registry } from '../../src/steps/index.ts';
import { place, runbook } from '../rig/cli.ts';
import { damagedRunbook, realRunbooks } from '../rig/mutations.ts';

const longRun = process.env['RUNBOOK_PROPERTY_RUNS'];
const runs = longRun === undefined ? { numRuns: 700, seed: 4711 } : { numRuns: Number(longRun) };
/** Not a limit of speed: on a machine that does much else at once the same files take minutes. */
const minutes = longRun === undefined ? 5 : 60;
const texts = realRunbooks().map(([, text]) => text);
const damaged = damagedRunbook(texts);
const linter = await createLinter({}, '/');

/** The reader with places alone, without the quick one before it. */
async function slowly(text: string): Promise<readonly Diagnostic[]> {
  const { runbook: document, diagnostics } = loadRunbook(text, 'a.yaml');
  const more = document === undefined ? [] : await check(document, registry);
  return joined(diagnostics, more);
}

function outside(text: string, { line, column, endLine, endColumn, fix }: Diagnostic): boolean {
  const lines = text.split('\n');
  const inside = (l: number, c: number): boolean => l >= 1 && l <= lines.length && c >= 1 && c <= (lines[l - 1] ?? '').length + 1;
  const ordered = line < endLine || (line === endLine && column <= endColumn);
  const edits = fix === undefined || (fix.offset >= 0 && fix.length >= 0 && fix.offset + fix.length <= text.length);
  return !(inside(line, column) && inside(endLine, endColumn) && ordered && edits);
}

it(
  'finds the same each time, in order, at places that are in the file',
  async () => {
    let clean = 0;
    await fc.assert(
      fc.asyncProperty(damaged, async (text) => {
        const { findings } = await linter.look(text, 'a.yaml');
        expect(findings.filter((one) => outside(text, one))).toEqual([]);
        expect(findings.filter((one) => one.message.trim() === '' || !/^[a-z-]+\/[a-z-]+$/.test(one.code))).toEqual([]);
        expect(sortDiagnostics(findings)).toEqual(findings);
        expect(await slowly(text)).toEqual(findings);
        clean += findings.length === 0 ? 1 : 0;
      }),
      runs,
    );
    // Neither only hopeless files nor only harmless damage.
    expect(clean).toBeGreaterThan(runs.numRuns / 50);
    expect(clean).toBeLessThan(runs.numRuns / 2);
  },
  minutes * 60_000,
);

it(
  'mends without end or loss: a second pass has nothing to do',
  async () => {
    const look = (text: string): Promise<Looked> => linter.look(text, 'a.yaml');
    await fc.assert(
      fc.asyncProperty(damaged, async (text) => {
        const { findings } = await look(text);
        if (findings.every((one) => one.fix === undefined)) return;
        const mended = await mend(text, look);
        expect((await mend(mended.text, look)).text).toBe(mended.text);
      }),
      { ...runs, numRuns: Math.ceil(runs.numRuns / 2) },
    );
  },
  minutes * 60_000,
);

it('the program says so too: many damaged files at once, JSON that parses, exit code 3', async () => {
  const here = place();
  try {
    mkdirSync(join(here.folder, 'books'));
    const all = fc.sample(damaged, { seed: 99, numRuns: 230 });
    for (const [index, text] of all.entries()) writeFileSync(join(here.folder, 'books', `${String(1000 + index)}.yaml`), text);
    const { code, stdout, stderr } = await runbook(['lint', 'books', '-o', 'json'], { cwd: here.folder, env: here.env });
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    const { files, findings } = JSON.parse(stdout) as { files: number; findings: readonly Diagnostic[] };
    expect(files).toBe(all.length);
    const single = (one: Diagnostic): boolean => one.code !== 'lock/not-shared';
    const expected = [];
    for (const [index, text] of all.entries())
      expected.push(...(await linter.look(String(Buffer.from(text)), `books/${String(1000 + index)}.yaml`)).findings);
    expect(findings.filter(single)).toEqual(JSON.parse(JSON.stringify(expected)));
    expect((await runbook(['lint', 'books', '-o', 'json'], { cwd: here.folder, env: here.env })).stdout).toBe(stdout);
  } finally {
    here.remove();
  }
});
