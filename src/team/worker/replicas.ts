/** The replicas of one worker process: made when a run first comes here, dropped when it ends or has not been here for long. */
import type { Catching, RunPart, WorkDone, RunStart } from '../protocol.ts';
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
  /** For a local activity: from what it was sent, without asking the workflow, which waits for it. */
  sent(catching: Catching): Promise<Here | Extract<WorkDone, { is: 'behind' }>>;
  /** For an activity of its own: what is missing is asked of the workflow. */
  asked(catching: Catching): Promise<Here>;
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
    sent: async (catching) => {
      const known = all.get(catching.run);
      if (known === undefined && catching.start === undefined) return behind({ seq: 0, head: '' }, false);
      const here = await (known ?? open(catching.run, catching.start as RunStart, ''));
      if (catching.start !== undefined) await earlier(here, catching.run, catching.start.parts);
      return here.replica.catchUp(catching) ? here : behind(here.replica.place(), true);
    },
    asked: async (catching) => {
      const known = all.get(catching.run);
      const start = known === undefined ? await startOf(worker, catching.run) : undefined;
      const here = await (known ?? open(catching.run, start as RunStart, ''));
      if (here.replica.catchUp(catching)) return here;
      const { parts, files } = await startOf(worker, catching.run);
      await earlier(here, catching.run, parts);
      for await (const lines of newestLines(worker, catching.run, here.replica.place().seq + 1))
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

const behind = (at: Extract<WorkDone, { is: 'behind' }>['at'], known: boolean): Extract<WorkDone, { is: 'behind' }> => ({
  is: 'behind',
  at,
  known,
});
