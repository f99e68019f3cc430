/** The locks of one run: those of the plan before the first step, those of calls when they are reached; all are held until the run ends. */
import type { TakeLock } from '../interpreter/engine/call-locks.ts';
import { locksReached } from '../interpreter/engine/call-locks.ts';
import { inOrder } from '../interpreter/plan/locks.ts';
import type { Lock } from '../interpreter/store/lock.ts';
import { takeLock } from '../interpreter/store/lock.ts';
import type { Hosting } from './hosting.ts';

export interface Locks {
  readonly take: TakeLock;
  release(): Promise<void>;
}

export function openLocks(
  root: string,
  who: { readonly run: string; readonly runbook: string; readonly operator: string },
): Locks {
  // Two calls may reach the same lock at once; it is asked for once.
  const held = new Map<string, Promise<Lock>>();
  return {
    take: async (name) => {
      const asked = held.get(name) ?? takeLock(root, name, who);
      held.set(name, asked);
      const lock = await asked;
      if (lock.ok) return undefined;
      held.delete(name);
      const { run, operator, pid, since } = lock.holder;
      return {
        message: `the lock "${name}" is held by run ${run} of ${operator} (process ${String(pid)}, since ${since})`,
        hint: `\`runbook attach ${run}\` shows what it does`,
      };
    },
    release: async () => {
      for (const asked of held.values()) {
        const lock = await asked;
        if (lock.ok) lock.release();
      }
    },
  };
}

/** What an engine holds before it does anything: also the locks that this run, or the one that it takes back, has reached before. */
export const locksToStart = ({ plan, directory, undoOf }: Hosting): readonly string[] =>
  inOrder([
    plan.lock,
    ...(plan.locks ?? []),
    ...locksReached(plan, directory),
    ...(undoOf === undefined ? [] : locksReached(undoOf.plan(), undoOf)),
  ]);
