/** One reader of a run's record, however many look at it. A run is read from its beginning when somebody comes, and forgotten when the last one has gone. */
import { fold } from '../../interpreter/core/fold/fold.ts';
import type { Stamped } from '../../interpreter/core/model/event.ts';
import { initialState } from '../../interpreter/core/model/initial.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { State } from '../../interpreter/core/model/state.ts';
import type { RunFiles, RunService } from '../../service/run-service.ts';

export interface RunSeen {
  readonly run: string;
  readonly plan: Plan;
  readonly records: readonly Stamped[];
  readonly state: Readonly<State>;
  readonly files: RunFiles;
}

export interface Hub {
  /** `listener` hears of the run as it is, then of each change. Resolves when the run has finished, or `gone` is told. */
  watch(run: string, listener: (seen: RunSeen) => void, gone: AbortSignal): Promise<void>;
}

/** The run as it is now. Throws CommandError when there is none. */
export async function seenRun(service: RunService, run: string): Promise<RunSeen> {
  const now = new AbortController();
  now.abort();
  let seen: RunSeen | undefined;
  for await (const one of seenFrom(service, run, now.signal)) seen = one;
  return seen ?? (await emptyRun(service, run));
}

async function* seenFrom(service: RunService, run: string, signal: AbortSignal): AsyncGenerator<RunSeen> {
  const { plan, files } = await emptyRun(service, run);
  const records: Stamped[] = [];
  let state = initialState(plan);
  for await (const record of service.follow(run, 1, signal)) {
    records.push(record);
    state = fold(plan, state, record);
    yield { run, plan, records, state, files };
  }
}

async function emptyRun(service: RunService, run: string): Promise<RunSeen> {
  const files = await service.files(run);
  const plan = JSON.parse(files.read('plan.json').toString()) as Plan;
  return { run, plan, records: [], state: initialState(plan), files };
}

interface Watched {
  readonly listeners: Set<(seen: RunSeen) => void>;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  seen?: RunSeen;
}

/** A burst of records is one change, ms. */
const burstMs = 100;

export function hubOf(service: RunService): Hub {
  const all = new Map<string, Watched>();
  const begin = (run: string): Watched => {
    const stop = new AbortController();
    const listeners: Watched['listeners'] = new Set();
    const watched: Watched = { listeners, stop, ended: follow() };
    // Told to whoever watches; nobody may.
    watched.ended.catch(() => undefined);
    return watched;
    async function follow(): Promise<void> {
      const tell = inBursts(() => {
        for (const listener of listeners) if (watched.seen !== undefined) listener(watched.seen);
      });
      try {
        for await (const seen of seenFrom(service, run, stop.signal)) {
          watched.seen = seen;
          tell.later();
        }
      } finally {
        tell.now();
        if (all.get(run) === watched) all.delete(run);
      }
    }
  };
  return {
    watch: async (run, listener, gone) => {
      const watched = all.get(run) ?? begin(run);
      all.set(run, watched);
      watched.listeners.add(listener);
      if (watched.seen !== undefined) listener(watched.seen);
      await Promise.race([watched.ended, untilGone(gone)]);
      watched.listeners.delete(listener);
      if (watched.listeners.size > 0) return;
      watched.stop.abort();
      if (all.get(run) === watched) all.delete(run);
    },
  };
}

const untilGone = (gone: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (gone.aborted) resolve();
    else gone.addEventListener('abort', () => resolve(), { once: true });
  });

function inBursts(work: () => void): { readonly later: () => void; readonly now: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const now = (): void => {
    clearTimeout(timer);
    timer = undefined;
    work();
  };
  return {
    now,
    later: () => {
      timer ??= setTimeout(now, burstMs);
    },
  };
}
