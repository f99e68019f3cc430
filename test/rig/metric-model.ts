/** What a reading of several series means, as a model of a few lines: compared with the program by the tests of `metric` and by the scoreboard. */
export const reductions = [undefined, 'max', 'min', 'sum', 'avg', 'count'] as const;
export const operators: Readonly<Record<string, (value: number) => boolean>> = {
  '<': (value) => value < 5,
  '<=': (value) => value <= 5,
  '>': (value) => value > 5,
  '>=': (value) => value >= 5,
  '==': (value) => value === 5,
  '!=': (value) => value !== 5,
};
export const emptiness = ['fail', 'zero', 'absent'] as const;

export interface Row {
  readonly name: string;
  readonly answer: string;
  readonly reduce: (typeof reductions)[number];
  readonly operator: string;
  readonly allowInf: boolean;
  readonly onNoData: (typeof emptiness)[number];
}

/** `ok`, or the code of the failure. */
export function wanted({ reduce, operator, allowInf, onNoData }: Row, values: readonly number[]): string {
  if (!allowInf && values.some((value) => Math.abs(value) === Infinity)) return 'infinite';
  if (reduce === undefined && values.length > 1) return 'several-series';
  const value = values.length === 0 ? NaN : reduced(values, reduce);
  const verdict = (one: number): string => (operators[operator]?.(one) === true ? 'ok' : 'expect');
  if (!Number.isNaN(value)) return verdict(value);
  // `nothing` is not a number: it can be told from one, but it has no order.
  const absent = { '==': 'expect', '!=': 'ok' }[operator] ?? 'type-mismatch';
  return { fail: 'no-data', zero: verdict(0), absent }[onNoData];
}

function reduced(values: readonly number[], how: Row['reduce']): number {
  const sum = values.reduce((one, other) => one + other, 0);
  if (how === 'count') return values.length;
  if (how === undefined) return values[0] ?? NaN;
  // One series without a value leaves nothing that could be said of all.
  return { max: Math.max(...values), min: Math.min(...values), sum, avg: sum / values.length }[how];
}

/** The step of a runbook that reads `query` as the row says. */
export const stepOf = ({ name, answer, reduce, operator, allowInf, onNoData }: Row): string =>
  `  - { id: ${name}, type: metric, query: case_${answer}, expect: value ${operator} 5.0, onNoData: ${onNoData}, onFailure: continue` +
  `${reduce === undefined ? '' : `, reduce: ${reduce}`}${allowInf ? ', allowInf: true' : ''} }\n`;
