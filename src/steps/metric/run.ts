/** Performs metric steps: strict about emptiness, NaN, age, several series and partial answers (F38 to F43). */
import { query } from '../../clients/prometheus.ts';
import type { Series } from '../../clients/prometheus.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done, OpenContext, RunContext, Runner, Session } from '../../interpreter/port/step-type.ts';
import { notOlder, withLabels } from './selectors.ts';

interface Params {
  readonly query: string;
  readonly labels?: Readonly<Record<string, string | number>>;
  readonly past?: { readonly count: number; readonly every: number };
  readonly returns?: 'value' | 'series';
  readonly reduce?: 'max' | 'min' | 'sum' | 'avg' | 'count';
  readonly maxAge?: number;
  readonly allowInf?: boolean;
  readonly allowWarnings?: boolean;
}

/** Also the lookback of a server that was not told another. */
const defaultMaxAge = 300_000;

export const runner: Runner = {
  open: async (open: OpenContext): Promise<Session> => ({
    describe: (params) => expressionOf(params as unknown as Params),
    run: async (params, context) => perform(open.target, params as unknown as Params, context),
    close: async () => undefined,
  }),
};

/** An answer bears the time of the evaluation, not that of the sample: age is a condition inside the query (F42). */
function expressionOf(params: Params): string {
  const labelled = withLabels(params.query, params.labels ?? {});
  return params.maxAge === undefined || params.maxAge >= defaultMaxAge ? labelled : notOlder(labelled, params.maxAge);
}

async function perform(target: Json, params: Params, context: RunContext): Promise<Done> {
  const expression = expressionOf(params);
  const now = context.clock.wall().getTime() / 1000;
  const every = (params.past?.every ?? 0) / 1000;
  const range = params.past === undefined ? undefined : { start: now - every * (params.past.count - 1), end: now, step: every };
  const reply = await query(target, expression, range, context.signal);
  if (!reply.ok) return reply;
  if (range === undefined && reply.resultType === 'matrix')
    return refused(
      'range-vector',
      'the query gives a range vector, not values',
      'take a function over it, for example rate() or last_over_time()',
    );
  if (reply.warnings.length > 0 && params.allowWarnings !== true) {
    return refused('warnings', `the answer may be partial: ${reply.warnings.join('; ')}`, 'allowWarnings: true accepts it');
  }
  const series = reply.series;
  const shown: Json = series.map((one) => ({
    labels: { ...one.labels },
    value: finiteOr(one.points.at(-1)?.[0]),
    at: one.points.at(-1)?.[1] ?? 0,
  }));
  const base = { series: shown, warnings: [...reply.warnings] };
  const nothing: Done = { ok: true, changed: false, noData: true, result: base };
  if (series.length === 0 || series.every((one) => one.points.length === 0)) return nothing;
  const all = series.flatMap((one) => one.points.map(([value]) => value));
  if (all.some((value) => !Number.isFinite(value) && !Number.isNaN(value)) && params.allowInf !== true)
    return refused('infinite', 'a value is infinite', 'allowInf: true accepts it');
  const isOne = params.returns !== 'series' && params.reduce === undefined;
  const bare = params.reduce === 'count' || (isOne && series.length > 1) ? [] : series.filter(isBare);
  if (bare.length > 0)
    return { ...nothing, missing: `${String(bare.length)} of ${String(series.length)} series have no value: ${named(bare)}` };
  const maxAge = (params.maxAge ?? defaultMaxAge) / 1000;
  const newest = Math.max(...series.map((one) => one.points.at(-1)?.[1] ?? 0));
  if (reply.serverTime - newest > maxAge + 1) return nothing;
  const labelled = withLabels(params.query, params.labels ?? {});
  if (!isOne && range === undefined && expression !== labelled) {
    const whole = await query(target, labelled, undefined, context.signal);
    if (!whole.ok) return whole;
    const fresh = new Set(series.map(words));
    const stale = whole.series.filter((one) => !fresh.has(words(one)));
    if (stale.length > 0) return { ...nothing, missing: `${String(stale.length)} series older than maxAge: ${named(stale)}` };
  }
  if (params.returns === 'series') {
    return { ok: true, changed: false, result: { ...base, value: shown } };
  }
  if (params.past !== undefined) return past(series, params, base, nothing);
  const value = single(series, params);
  if (value === undefined)
    return refused(
      'several-series',
      `${String(series.length)} series where one is due: ${named(series)}`,
      'aggregate in the query, or say reduce: max',
    );
  return Number.isNaN(value) ? nothing : { ok: true, changed: false, result: { ...base, value: carried(value) } };
}

function single(series: readonly Series[], params: Params): number | undefined {
  const values = series.map((one) => one.points.at(-1)?.[0] ?? Number.NaN);
  if (params.reduce === 'count') return values.length;
  if (params.reduce !== undefined) {
    const sum = values.reduce((a, b) => a + b, 0);
    return { max: Math.max(...values), min: Math.min(...values), sum, avg: sum / values.length }[params.reduce];
  }
  return values.length === 1 ? values[0] : undefined;
}

/** At each time one number: of one series its own, of several what `reduce` makes of those that have one. */
function pointsOf(series: readonly Series[], params: Params): readonly number[] {
  if (series.length === 1 && params.reduce !== 'count') return (series[0]?.points ?? []).map(([value]) => carried(value));
  const times = [...new Set(series.flatMap((one) => one.points.map(([, time]) => time)))].sort((a, b) => a - b);
  return times.map((time) => {
    const at = series.map((one) => ({ ...one, points: one.points.filter((point) => point[1] === time) }));
    return carried(
      single(
        at.filter((one) => one.points.length > 0),
        params,
      ) ?? Number.NaN,
    );
  });
}

/** A missing point is no data: three evaluations mean three. */
function past(series: readonly Series[], params: Params, base: Readonly<Record<string, Json>>, nothing: Done): Done {
  if (series.length > 1 && params.reduce === undefined)
    return refused(
      'several-series',
      `${String(series.length)} series where one is due`,
      'aggregate in the query, for example with max()',
    );
  const values = pointsOf(series, params);
  if (values.length < (params.past?.count ?? 0) || values.some(Number.isNaN)) return nothing;
  return { ok: true, changed: false, result: { ...base, values, value: values } };
}

/** JSON has no infinity: the largest number stands for it, so that comparisons stay right. */
const carried = (value: number): number =>
  Number.isNaN(value) ? value : Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
const finiteOr = (value: number | undefined): Json => (value === undefined || Number.isNaN(value) ? null : carried(value));
/** Its newest point is NaN: what a reduction or a condition over the others would pass over. */
const isBare = ({ points }: Series): boolean => points.length === 0 || Number.isNaN(points.at(-1)?.[0]);

const named = (series: readonly Series[]): string =>
  `${series.slice(0, 3).map(words).join(', ')}${series.length > 3 ? ` and ${String(series.length - 3)} more` : ''}`;

const words = (one: Series): string =>
  `{${Object.entries(one.labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;

function refused(code: string, message: string, hint: string): Done {
  return { ok: false, wire: 'refused', class: 'validation', code, message, hint };
}
