/** Metrics in Prometheus' text format. */

export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export const one = (value: number): readonly Sample[] => [{ value }];

/** A sample for each entry, with its key as the label. */
export const labelled = (label: string, values: ReadonlyMap<string, number>): readonly Sample[] =>
  [...values].map(([key, value]) => ({ labels: { [label]: key }, value }));

export const exposition = (metrics: readonly Metric[]): string => `${metrics.map(textOf).join('\n')}\n`;

const textOf = ({ name, type, help, samples }: Metric): string =>
  [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map((sample) => `${name}${labelsOf(sample)} ${String(sample.value)}`),
  ].join('\n');

function labelsOf({ labels = {} }: Sample): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
