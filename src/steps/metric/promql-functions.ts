/** Signatures of PromQL's functions (Prometheus, "Query functions"). One that the grammar knows and this table does not is not checked. */

export type PromqlType = 'scalar' | 'vector' | 'matrix' | 'string';

export interface Signature {
  readonly takes: readonly PromqlType[];
  /** How many of the last arguments may be left out. */
  readonly optional?: number;
  /** The last argument may be repeated. */
  readonly repeated?: true;
  readonly gives: PromqlType;
}

const names = (text: string): readonly string[] => text.trim().split(/\s+/);
const all = (text: string, signature: Signature): Readonly<Record<string, Signature>> =>
  Object.fromEntries(names(text).map((name) => [name, signature]));

export const functions: Readonly<Record<string, Signature>> = {
  ...all(
    `abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count histogram_stddev histogram_stdvar
     histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp`,
    { takes: ['vector'], gives: 'vector' },
  ),
  ...all(
    `absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time max_over_time min_over_time
     present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time`,
    { takes: ['matrix'], gives: 'vector' },
  ),
  ...all('day_of_month day_of_week day_of_year days_in_month hour minute month year', {
    takes: ['vector'],
    optional: 1,
    gives: 'vector',
  }),
  ...all('clamp_max clamp_min', { takes: ['vector', 'scalar'], gives: 'vector' }),
  ...all('pi time', { takes: [], gives: 'scalar' }),
  clamp: { takes: ['vector', 'scalar', 'scalar'], gives: 'vector' },
  histogram_fraction: { takes: ['scalar', 'scalar', 'vector'], gives: 'vector' },
  histogram_quantile: { takes: ['scalar', 'vector'], gives: 'vector' },
  label_join: { takes: ['vector', 'string', 'string', 'string'], optional: 1, repeated: true, gives: 'vector' },
  label_replace: { takes: ['vector', 'string', 'string', 'string', 'string'], gives: 'vector' },
  predict_linear: { takes: ['matrix', 'scalar'], gives: 'vector' },
  quantile_over_time: { takes: ['scalar', 'matrix'], gives: 'vector' },
  round: { takes: ['vector', 'scalar'], optional: 1, gives: 'vector' },
  scalar: { takes: ['vector'], gives: 'scalar' },
  vector: { takes: ['scalar'], gives: 'vector' },
};

/** What an aggregation takes before the vector. */
export const aggregationParameters: Readonly<Record<string, PromqlType>> = {
  topk: 'scalar',
  bottomk: 'scalar',
  quantile: 'scalar',
  count_values: 'string',
  limitk: 'scalar',
  limit_ratio: 'scalar',
};

/** Every name that may appear before a parenthesis: for hints. */
export const functionNames: readonly string[] = [
  ...Object.keys(functions),
  ...Object.keys(aggregationParameters),
  ...names('sum avg min max count group stddev stdvar'),
];
