/**
 * Rehearsals shared among jobs that work side by side. Each job keeps a system up as long as there are rehearsals of it, and takes it down
 * whatever happens. Two jobs have the same system up only where its file says how copies are kept apart.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Chosen } from './choose.ts';
import type { Queue } from './queue.ts';
import { createQueue, systemOf } from './queue.ts';
import type { System, SystemShell } from './system.ts';
import { bringUp, openSystem, takeDown, withOwnProgram } from './system.ts';

export interface RehearsalJob {
  /** From 1 on. Absent where only one job works, which uses the system as its file names it. */
  readonly copy?: number;
  /** A folder for what the job writes. */
  readonly work: string;
}

export interface InJobs {
  readonly chosen: readonly Chosen[];
  readonly jobs: number;
  /** Aborted as soon as one job fails, so that no other goes on for nothing. */
  readonly stop: AbortController;
  /** Before a system is brought up, or when one that is up is used again. */
  readonly onSystem: (one: Chosen, isUp: boolean) => Promise<void>;
  /** What could not be taken down. */
  readonly onTrouble: (one: Chosen, trouble: string) => Promise<void>;
  readonly rehearse: (one: Chosen, system: System, job: RehearsalJob) => Promise<void>;
}

/** Throws what the first job that failed threw, when all systems are down. */
export async function inJobs(all: InJobs): Promise<void> {
  const queue = createQueue(all.chosen);
  const failures: unknown[] = [];
  const numbers = Array.from({ length: Math.min(all.jobs, all.chosen.length) }, (_, index) => index + 1);
  await Promise.all(
    numbers.map((number) =>
      work(all, queue, numbers.length === 1 ? undefined : number).catch((problem: unknown) => {
        failures.push(problem);
        all.stop.abort();
      }),
    ),
  );
  if (failures.length > 0) throw failures[0];
}

interface Up {
  readonly one: Chosen;
  readonly shell: SystemShell;
}

async function work(all: InJobs, queue: Queue, copy: number | undefined): Promise<void> {
  const job = { ...(copy === undefined ? {} : { copy }), work: mkdtempSync(join(tmpdir(), 'runbook-rehearsal-')) };
  const own = withOwnProgram(job.work);
  let up: Up | undefined;
  const down = async (): Promise<void> => {
    if (up === undefined) return;
    for (const trouble of await takeDown(up.one.rehearsal.lab, up.shell)) await all.onTrouble(up.one, trouble);
    queue.leave(up.one);
    up = undefined;
  };
  try {
    for (;;) {
      all.stop.signal.throwIfAborted();
      const next = queue.take(up === undefined ? undefined : systemOf(up.one));
      if (up !== undefined && (next === undefined || systemOf(next) !== systemOf(up.one))) await down();
      if (next === undefined) return;
      const { lab } = next.rehearsal;
      await all.onSystem(next, up !== undefined);
      if (up === undefined) {
        up = { one: next, shell: { folder: next.folder, env: { ...own, ...apart(next, job) }, signal: all.stop.signal } };
        await bringUp(lab, up.shell);
      }
      await all.rehearse(next, await openSystem(lab, up.shell, job.work), job);
    }
  } finally {
    await down();
    rmSync(job.work, { recursive: true, force: true });
  }
}

/** Variables that keep this copy of the system apart from the others. */
function apart({ rehearsal: { lab } }: Chosen, { copy, work: folder }: RehearsalJob): Readonly<Record<string, string>> {
  if (copy === undefined) return {};
  return Object.fromEntries(
    Object.entries(lab.copies ?? {}).map(([name, text]) => [
      name,
      text.replaceAll('{{copy}}', String(copy)).replaceAll('{{folder}}', folder),
    ]),
  );
}
