/** Prints the scoreboard: a row for each promise, what was tried and what was seen. Exit code 1 when one of them is broken. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../rig/cli.ts';
import type { Measure, Score, Tier } from './measure.ts';
import { measures } from './measures.ts';

interface Row {
  readonly measure: Measure;
  readonly score: Score;
  readonly seconds: number;
}

export async function scoreboard(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      soak: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const tier: Tier = values.soak ? 'soak' : 'board';
  const seed = Number(values.seed);
  const only = values.only?.split(',');
  const rows: Row[] = [];
  console.log(`seed ${String(seed)}, tier ${tier}`);
  for (const measure of measures.filter(({ id }) => only?.includes(id) ?? true)) {
    const row = await tried(measure, tier, seed);
    rows.push(row);
    console.log(lineOf(row));
    for (const violation of row.score.violations) console.log(`     ${violation}`);
  }
  if (values.write) writeTable(rows, seed);
  const broken = rows.filter(({ score }) => score.violations.length > 0);
  const cases = rows.reduce((sum, { score }) => sum + score.cases, 0);
  console.log(`${String(rows.length - broken.length)} of ${String(rows.length)} promises held in ${String(cases)} cases`);
  return broken.length === 0 ? 0 : 1;
}

/** A measure that throws is a promise that was not shown. */
async function tried(measure: Measure, tier: Tier, seed: number): Promise<Row> {
  const begun = performance.now();
  const score = await measure
    .run(tier, seed)
    .catch((problem: unknown): Score => ({ cases: 0, violations: [String(problem)], figure: 'not measured' }));
  return { measure, score, seconds: (performance.now() - begun) / 1000 };
}

const verdict = ({ score }: Row): string =>
  score.violations.length === 0 ? 'held' : `${String(score.violations.length)} broken`;

function lineOf(row: Row): string {
  const { measure, score, seconds } = row;
  return `${measure.id.padEnd(4)} ${verdict(row).padEnd(9)} ${measure.title}: ${score.figure} [${String(score.cases)} cases, ${seconds.toFixed(0)} s]`;
}

const begin = '<!-- scoreboard -->';
const end = '<!-- /scoreboard -->';

function writeTable(rows: readonly Row[], seed: number): void {
  const path = join(root, 'docs/testing.md');
  const text = readFileSync(path, 'utf8');
  const table = [
    '| | What is tried | Promise | Seen | Cases | Result |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => {
      const { measure, score } = row;
      return `| ${[measure.id, measure.title, measure.target, score.figure, String(score.cases), verdict(row)].join(' | ')} |`;
    }),
  ];
  const [before = ''] = text.split(begin);
  const after = text.split(end)[1] ?? '';
  writeFileSync(path, `${before}${begin}\n\nSeed ${String(seed)}, two cores.\n\n${table.join('\n')}\n\n${end}${after}`);
}
