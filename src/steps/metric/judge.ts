/** What is made of the series that were read, wherever they come from: strict about emptiness, NaN, infinity and several series. */
import type { Series } from '../../clients/prometheus.ts';
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Done } from '../../interpreter/port/step-type.ts';

export interface MetricParams {
  readonly query: string;
  readonly labels?: Readonly<Record<string, string | number>>;
  readonly past?: { readonly count: number; readonly every: number };
  readonly increase?: number;
  readonly returns?: 'value' | 'series';
  readonly reduce?: 'max' | 'min' | 'sum' | 'avg' | 'count';
  readonly maxAge?: number;
  readonly allowInf?: boolean;
  readonly allowWarnings?: boolean;
}

type Ok = Extract<Done, { ok: true }>;

/** Nothing was there to be read. */
export const noData: Ok = { ok: true, changed: false, noData: true, result: { series: [], warnings: [] } };

/** One number for one series. */
export const wantsOne = (params: MetricParams): boolean => params.returns !== 'series' && params.reduce === undefined;

/** The series as shown, or why they are no data or an error. */
export function readable(
  series: readonly Series[],
  params: MetricParams,
  warnings: readonly string[],
): { readonly base: Readonly<Record<string, Json>>; readonly nothing: Ok; readonly end?: Done } {
  const shown: Json = series.map((one) => ({
    labels: { ...one.labels },
    value: finiteOr(one.points.at(-1)?.[0]),
    at: one.points.at(-1)?.[1] ?? 0,
  }));
  const base = { series: shown, warnings: [...warnings] };
  const nothing: Ok = { ...noData, result: base };
  const ends = (end: Done): ReturnType<typeof readable> => ({ base, nothing, end });
  if (series.every((one) => one.points.length === 0)) return ends(nothing);
  const all = series.flatMap((one) => one.points.map(([value]) => value));
  if (all.some((value) => !Number.isFinite(value) && !Number.isNaN(value)) && params.allowInf !== true)
    return ends(metricRefused('infinite', 'a value is infinite', 'allowInf: true accepts it'));
  const bare = params.reduce === 'count' || (wantsOne(params) && series.length > 1) ? [] : series.filter(isBare);
  if (bare.length > 0)
    return ends({
      ...nothing,
      missing: `${String(bare.length)} of ${String(series.length)} series have no value: ${named(bare)}`,
    });
  return { base, nothing };
}

/** The principal value of series that are readable. */
export function principalValue(
  series: readonly Series[],
  params: MetricParams,
  base: Readonly<Record<string, Json>>,
  nothing: Ok,
): Done {
  if (params.returns === 'series') return { ok: true, changed: false, result: { ...base, value: base['series'] ?? [] } };
  if (params.past !== undefined) return past(series, params, base, nothing);
  const value = single(series, params);
  if (value === undefined)
    return metricRefused(
      'several-series',
      `${String(series.length)} series where one is due: ${named(series)}`,
      'aggregate in the query, or say reduce: max',
    );
  return Number.isNaN(value) ? nothing : { ok: true, changed: false, result: { ...base, value: carried(value) } };
}

/** Both at once, for series whose age is known. */
export function judgeSeries(series: readonly Series[], params: MetricParams, warnings: readonly string[]): Done {
  const { base, nothing, end } = readable(series, params, warnings);
  return end ?? principalValue(series, params, base, nothing);
}

function single(series: readonly Series[], params: MetricParams): number | undefined {
  const values = series.map((one) => one.points.at(-1)?.[0] ?? Number.NaN);
  if (params.reduce === 'count') return values.length;
  if (params.reduce !== undefined) {
    const sum = values.reduce((a, b) => a + b, 0);
    return { max: Math.max(...values), min: Math.min(...values), sum, avg: sum / values.length }[params.reduce];
  }
  return values.length === 1 ? values[0] : undefined;
}

/** At each time one number: of one series its own, of several what `reduce` makes of those that have one. */
function pointsOf(series: readonly Series[], params: MetricParams): readonly number[] {
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
function past(series: readonly Series[], params: MetricParams, base: Readonly<Record<string, Json>>, nothing: Done): Done {
  if (series.length > 1 && params.reduce === undefined)
    return metricRefused(
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

export const named = (series: readonly Series[]): string =>
  `${series.slice(0, 3).map(words).join(', ')}${series.length > 3 ? ` and ${String(series.length - 3)} more` : ''}`;

export const words = (one: Series): string =>
  `{${Object.entries(one.labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;

export function metricRefused(code: string, message: string, hint: string): Done {
  return { ok: false, wire: 'refused', class: 'validation', code, message, hint };
}
