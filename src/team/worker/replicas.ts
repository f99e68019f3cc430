/** The replicas of one worker process: made when a run first comes here, dropped when it ends or has not been here for long. */
import type { Catching, RunPart, RunStart } from '../protocol.ts';
import type { Reach } from './bindings.ts';
import { bindWorker } from './bindings.ts';
import type { Fetching } from './fetch.ts';
import { newestLines, startOf } from './fetch.ts';
import { linesOf } from '../records.ts';
import { takeTeamLock } from './locks.ts';
import type { Replica } from './replica.ts';
import { createReplica } from './replica.ts';

export interface Worker extends Fetching, Reach {
  readonly host: string;
  /** Folder of this process. */
  readonly root: string;
}

export interface Here {
  readonly replica: Replica;
  /** Locks that a performance took here. */
  readonly locks: Set<string>;
}

export interface Replicas {
  /** The replica of a run, with the records up to there: by what was sent, and the rest asked of the workflow. */
  caughtUp(catching: Catching): Promise<Here>;
  open(run: string, start: RunStart, operator: string): Promise<Here>;
  drop(run: string): Promise<void>;
  close(): Promise<void>;
}

export function createReplicas(worker: Worker): Replicas {
  const all = new Map<string, Promise<Here>>();
  const make = async (run: string, start: RunStart, operator: string): Promise<Here> => {
    const bindings = await bindWorker(start, worker);
    const locks = new Set<string>();
    const replica = await createReplica(worker.root, run, start, {
      bindings,
      takeLock: async (name) => {
        const held = await takeTeamLock(worker, name, { run, operator });
        if (held === undefined) locks.add(name);
        return held;
      },
    });
    return { replica, locks };
  };
  const open = (run: string, start: RunStart, operator: string): Promise<Here> => {
    const there = all.get(run) ?? make(run, start, operator);
    all.set(run, there);
    there.catch(() => all.delete(run));
    return there;
  };
  // Of parts that have ended, which answer at any time.
  const earlier = async ({ replica }: Here, run: string, parts: readonly RunPart[]): Promise<void> => {
    for await (const lines of linesOf(worker.client, run, replica.place().seq + 1, parts))
      replica.catchUp({ after: replica.place(), lines });
  };
  return {
    open,
    caughtUp: async (catching) => {
      const { run } = catching;
      const known = all.get(run);
      const start = known === undefined ? await startOf(worker, run) : undefined;
      const here = await (known ?? open(run, start as RunStart, ''));
      if (here.replica.catchUp(catching)) return here;
      const { parts, files } = start ?? (await startOf(worker, run));
      await earlier(here, run, parts);
      for await (const lines of newestLines(worker, run, here.replica.place().seq + 1))
        here.replica.catchUp({ after: here.replica.place(), lines, files });
      return here;
    },
    drop: async (run) => {
      const there = await all.get(run)?.catch(() => undefined);
      all.delete(run);
      await there?.replica.remove();
    },
    close: async () => {
      for (const there of all.values()) await (await there.catch(() => undefined))?.replica.engine.sessions.close();
    },
  };
}
