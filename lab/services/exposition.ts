/** Metrics in Prometheus' text format. */

export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** Of a histogram: `_bucket`, `_sum` or `_count`. */
  readonly suffix?: string;
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
    ...samples.map((sample) => `${name}${sample.suffix ?? ''}${labelsOf(sample)} ${String(sample.value)}`),
  ].join('\n');

function labelsOf({ labels = {} }: Sample): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

export interface Histogram {
  observe(value: number): void;
  samples(): readonly Sample[];
}

/** `bounds`: upper bounds of the buckets, rising; a last one for everything is added. */
export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = bounds.map(() => 0);
  let total = 0;
  let sum = 0;
  return {
    observe: (value) => {
      total += 1;
      sum += value;
      bounds.forEach((bound, index) => {
        if (value <= bound) counts[index] = (counts[index] ?? 0) + 1;
      });
    },
    samples: () => [
      ...bounds.map((bound, index) => ({ suffix: '_bucket', labels: { le: String(bound) }, value: counts[index] ?? 0 })),
      { suffix: '_bucket', labels: { le: '+Inf' }, value: total },
      { suffix: '_sum', value: sum },
      { suffix: '_count', value: total },
    ],
  };
}
