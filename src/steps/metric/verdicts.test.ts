/** Every kind of answer times every way to read it, in one run against a real Prometheus, compared with a model of a few lines (F38 to F41). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestPrometheus } from '../../../lab/servers/test-servers.ts';
import { startPrometheus } from '../../../lab/servers/test-servers.ts';
import { place, runbook } from '../../../test/rig/cli.ts';
import type { Exporter } from '../../../test/rig/waiting.ts';
import type { Row } from '../../../test/rig/metric-model.ts';
import { emptiness, operators, reductions, stepOf, wanted } from '../../../test/rig/metric-model.ts';
import { startExporter } from '../../../test/rig/waiting.ts';

const answers: Readonly<Record<string, readonly number[]>> = {
  nothing: [],
  low: [3],
  edge: [5],
  high: [7],
  nan: [NaN],
  up: [Infinity],
  down: [-Infinity],
  two: [3, 7],
  halfnan: [3, NaN],
  allnan: [NaN, NaN],
  halfup: [3, Infinity],
  both: [-Infinity, Infinity],
  fifty: Array.from({ length: 50 }, (_, index) => index + 1),
};
/** Another operator for the same way of reading in each group of six. */
const turn = (index: number): string => Object.keys(operators)[(index + Math.floor(index / 6)) % 6] ?? '<';

/** All combinations but the operators, which take turns. */
const rows: readonly Row[] = Object.keys(answers)
  .flatMap((answer) => reductions.map((reduce) => ({ answer, reduce })))
  .flatMap((one) => [false, true].map((allowInf) => ({ ...one, allowInf })))
  .flatMap((one) => emptiness.map((onNoData) => ({ ...one, onNoData })))
  .map((one, index) => ({ ...one, name: `row${String(index)}`, operator: turn(index) }));

const exposed = (value: number): string => (Number.isFinite(value) ? String(value) : String(value).replace('Infinity', 'Inf'));

let exporter: Exporter;
let prometheus: TestPrometheus;
beforeAll(async () => {
  const lines = Object.entries(answers).flatMap(([name, values]) =>
    values.map((value, index) => `case_${name}{series="${String(index)}"} ${exposed(value)}`),
  );
  exporter = await startExporter(Object.fromEntries(lines.map((line) => [line, line])));
  prometheus = await startPrometheus({ scrapeTargets: [exporter.address] });
});
afterAll(async () => {
  await prometheus.stop();
  await exporter.close();
});

interface Finished {
  readonly type: string;
  readonly key?: string;
  readonly status?: string;
  readonly fault?: { readonly class: string; readonly code: string };
}

it(`gives the verdict of the model in all ${String(rows.length)} cases`, async () => {
  const here = place();
  writeFileSync(
    join(here.folder, 'runbook.config.yaml'),
    `environments:\n  lab: { targets: { metrics: { type: prometheus, url: "${prometheus.url}" } } }\n`,
  );
  const path = join(here.folder, 'rows.yaml');
  writeFileSync(
    path,
    `apiVersion: runbook/v1\nid: rows\ntitle: Rows\nowners: [tests]\ntargets: { metrics: prometheus }\nsteps:\n${rows.map(stepOf).join('')}`,
  );
  const { stdout, stderr } = await runbook(['run', path, '--no-questions', '-o', 'ndjson'], { cwd: here.folder, env: here.env });
  const ends = new Map(
    stdout
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Finished)
      .filter(({ type }) => type === 'step.finished')
      .map(({ key, status, fault }) => [key, status === 'ok' ? 'ok' : (fault?.code ?? status)]),
  );
  const found = rows.map((row) => `${JSON.stringify(row)} ${String(ends.get(row.name))}`);
  expect(found, stderr.slice(0, 2000)).toEqual(
    rows.map((row) => `${JSON.stringify(row)} ${wanted(row, answers[row.answer] ?? [])}`),
  );
  here.remove();
});
