/** Random series times every way to read them, compared with a model of a few lines. The server is a stand-in that says what the seed wants. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../rig/metric-model.ts';
import { emptiness, operators, reductions, stepOf, wanted } from '../rig/metric-model.ts';
import { startHttp } from '../rig/servers.ts';
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, oneOf, pick, randomOf } from './measure.ts';
import { ground } from './program.ts';

const values = [3, 5, 7, NaN, Infinity, -Infinity];

interface Case {
  readonly row: Row;
  readonly series: readonly number[];
}

function cases(random: () => number, count: number): readonly Case[] {
  return Array.from({ length: count }, (_, at) => ({
    series: Array.from({ length: Math.floor(random() * 4) }, () => oneOf(random, values)),
    row: {
      name: `row${String(at)}`,
      answer: String(at),
      reduce: oneOf(random, reductions),
      operator: oneOf(random, Object.keys(operators)),
      allowInf: random() < 0.5,
      onNoData: oneOf(random, emptiness),
    },
  }));
}

interface Finished {
  readonly type: string;
  readonly key?: string;
  readonly status?: string;
  readonly fault?: { readonly code: string };
}

/** As the API of Prometheus writes numbers. */
const told = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';

/** The answer of Prometheus' API to a query that names its case. */
function answerOf(query: string, all: readonly Case[]): string {
  const series = all[Number(/case_(\d+)/.exec(query)?.[1] ?? -1)]?.series ?? [];
  const now = Date.now() / 1000;
  const result = series.map((value, at) => ({ metric: { series: String(at) }, value: [now, told(value)] }));
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}

async function round(all: readonly Case[]): Promise<readonly string[]> {
  const server = await startHttp((response, { path, body }) => {
    const query = new URLSearchParams(body === '' ? path.split('?')[1] : body).get('query') ?? '';
    response.setHeader('content-type', 'application/json');
    response.end(answerOf(query, all));
  });
  const here = ground({
    id: 'verdicts',
    args: [],
    text: () =>
      'apiVersion: runbook/v1\nid: verdicts\ntitle: Verdicts\nowners: [tests]\ntargets: { metrics: prometheus }\nsteps:\n' +
      all.map(({ row }) => stepOf(row)).join(''),
  });
  try {
    writeFileSync(
      join(here.folder, 'runbook.config.yaml'),
      `environments:\n  local: { targets: { metrics: { type: prometheus, url: "${server.url}" } } }\n`,
    );
    const ended = await here.run();
    const folder = here.runFolder();
    if (folder === undefined) return [`no run: ${ended.output.slice(-300)}`];
    const ends = new Map(
      readFileSync(join(folder, 'journal.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Finished)
        .filter(({ type }) => type === 'step.finished')
        .map(({ key, status, fault }) => [key, status === 'ok' ? 'ok' : (fault?.code ?? status)]),
    );
    return all.flatMap(({ row, series }) => {
      const right = wanted(row, series);
      const seen = ends.get(row.name);
      return seen === right ? [] : [`${JSON.stringify(row)} of ${series.map(told).join(' ')}: ${String(seen)}, not ${right}`];
    });
  } finally {
    here.remove();
    await server.close();
  }
}

export const metricVerdicts: Measure = {
  id: 'S15',
  title: 'Series with NaN, infinity, none and several, read in every way',
  target: 'the verdict of the model, never a false pass',
  run: async (tier: Tier, seed: number): Promise<Score> => {
    const random = randomOf(seed + 15);
    const rounds = pick(tier, { quick: 1, board: 4, soak: 200 });
    const each = pick(tier, { quick: 120, board: 400, soak: 400 });
    const violations: string[] = [];
    for (let at = 0; at < rounds; at++) violations.push(...(await round(cases(random, each))));
    return { cases: rounds * each, violations: atMost(violations), figure: `${String(rounds * each)} readings` };
  },
};
