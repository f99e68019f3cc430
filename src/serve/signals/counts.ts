/** What the server itself has done since it began; a counter is a name and labels. */

export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Counts {
  add(name: string, labels: Readonly<Record<string, string>>): void;
  all(): readonly MetricSample[];
}

export function countsOf(): Counts {
  const kept = new Map<string, MetricSample>();
  return {
    add: (name, labels) => {
      const key = JSON.stringify([name, labels]);
      kept.set(key, { name, labels, value: (kept.get(key)?.value ?? 0) + 1 });
    },
    all: () => [...kept.values()],
  };
}
