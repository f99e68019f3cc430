/** What the runs of this machine say about each runbook: how often, how long, where it failed, when it was last rehearsed. Pure. */

/** One run, as far as statistics need it. */
export interface RunFacts {
  readonly runbook: string;
  readonly rehearsal: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Undefined: not finished. */
  readonly outcome?: string;
  /** Run clock at the end without the time in which questions waited for people, ms. */
  readonly took?: number;
  /** The first step that failed or stayed unknown, when the run did not succeed. */
  readonly failedAt?: string;
}

export interface RunbookStats {
  readonly runbook: string;
  readonly runs: number;
  readonly rehearsals: number;
  /** Share of finished runs that succeeded, also with warnings; undefined when none has finished. */
  readonly successRate?: number;
  /** Of finished runs, ms. Rehearsals count: their clock is the same. */
  readonly median?: number;
  readonly longest?: number;
  /** Most frequent first. */
  readonly failedAt: readonly { readonly step: string; readonly times: number }[];
  readonly lastRun: string;
  /** The last rehearsal that succeeded. */
  readonly lastRehearsed?: string;
}

const good = new Set(['succeeded', 'warning']);

/** Runbooks in the order of their names. */
export function statsOf(all: readonly RunFacts[]): readonly RunbookStats[] {
  const byRunbook = new Map<string, RunFacts[]>();
  for (const run of all) byRunbook.set(run.runbook, [...(byRunbook.get(run.runbook) ?? []), run]);
  return [...byRunbook].sort(([a], [b]) => (a < b ? -1 : 1)).map(([runbook, runs]) => statsOfOne(runbook, runs));
}

function statsOfOne(runbook: string, runs: readonly RunFacts[]): RunbookStats {
  const finished = runs.filter((run) => run.outcome !== undefined);
  const times = finished.flatMap((run) => (run.took === undefined ? [] : [run.took])).sort((a, b) => a - b);
  const [median, longest] = [times[Math.floor((times.length - 1) / 2)], times.at(-1)];
  const rehearsed = latest(runs.filter((run) => run.rehearsal && good.has(run.outcome ?? '')));
  return {
    runbook,
    runs: runs.length,
    rehearsals: runs.filter((run) => run.rehearsal).length,
    ...(finished.length === 0
      ? {}
      : { successRate: finished.filter((run) => good.has(run.outcome ?? '')).length / finished.length }),
    ...(median === undefined || longest === undefined ? {} : { median, longest }),
    failedAt: counted(runs.flatMap((run) => (run.failedAt === undefined ? [] : [run.failedAt]))),
    lastRun: latest(runs) ?? '',
    ...(rehearsed === undefined ? {} : { lastRehearsed: rehearsed }),
  };
}

const latest = (runs: readonly RunFacts[]): string | undefined =>
  runs
    .map((run) => run.startedAt)
    .sort()
    .at(-1);

function counted(steps: readonly string[]): RunbookStats['failedAt'] {
  const times = new Map<string, number>();
  for (const step of steps) times.set(step, (times.get(step) ?? 0) + 1);
  return [...times]
    .map(([step, count]) => ({ step, times: count }))
    .sort((a, b) => b.times - a.times || (a.step < b.step ? -1 : 1));
}
