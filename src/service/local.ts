/** The service on one machine: an engine process for each run, its folder, and the socket of its engine. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { writeReport } from '../session/write-report.ts';
import { CommandError, usage } from '../console/exit-codes.ts';
import type { Stamped } from '../interpreter/core/model/event.ts';
import type { Actor } from '../interpreter/core/model/value.ts';
import type { Act } from '../interpreter/link/protocol.ts';
import { followJournal } from '../interpreter/store/follow.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { listRuns, rememberedTold } from '../interpreter/store/run-directory.ts';
import { actIn } from '../session/act-in-run.ts';
import { interruptedRun } from '../session/interrupted-run.ts';
import { launchEngine } from '../session/launch.ts';
import { openNewRun } from '../session/new-run.ts';
import { openNamedRun } from '../session/open-run.ts';
import type { Acted, Order, RunFiles, RunService } from './run-service.ts';

/** How often the journal is looked at, ms. */
const lookMs = 50;

/** `root`: the folder for runs. */
export function localRunService(root: string): RunService {
  const told = rememberedTold();
  const open = (run: string): Promise<RunDirectory> => openNamedRun(run, root);
  return {
    start: (order) => start(root, order),
    follow: async function* (run, from, signal) {
      yield* records(await open(run), from, signal);
    },
    act: async (run, act, by) => actOn(await open(run), act, by),
    list: () => listRuns(root, told),
    files: async (run) => runFilesOf(await open(run)),
  };
}

async function start(root: string, order: Order): Promise<string> {
  if (order.is === 'new') {
    const hosting = await openNewRun(root, order.run);
    await launchEngine(hosting, { answers: hosting.answers });
    return hosting.directory.id;
  }
  const directory = await openNamedRun(order.run, root);
  const hosting = await interruptedRun(directory, { ...order.by, questions: false }, root);
  if (hosting !== undefined) await launchEngine(hosting, { answers: hosting.answers });
  return directory.id;
}

async function* records(directory: RunDirectory, from: number, signal?: AbortSignal): AsyncGenerator<Stamped> {
  const follower = followJournal(directory.journalPath);
  try {
    for (;;) {
      for (const record of follower.read()) {
        if (record.seq >= from) yield record;
        if (record.type === 'run.finished') return;
      }
      if (signal?.aborted === true) return;
      await pause(lookMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  } finally {
    follower.close();
  }
}

/** A run that has finished, or that no engine carries, is a reason like any other. */
async function actOn(directory: RunDirectory, act: Act, by: Actor): Promise<Acted> {
  try {
    return await actIn(directory, by, () => act);
  } catch (problem) {
    if (!(problem instanceof CommandError)) throw problem;
    const { message, hint } = problem.problem;
    return { ok: false, why: message, ...(hint === undefined ? {} : { hint }) };
  }
}

/** What is in the folder of a run, whoever wrote it. */
export function runFilesOf(directory: RunDirectory): RunFiles {
  const names = readdirSync(directory.path, { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [relative(directory.path, join(entry.parentPath, entry.name))] : []))
    .sort();
  return {
    names,
    read: (name) => {
      if (!names.includes(name)) throw usage(`run ${directory.id} has no file ${name}`, `one of ${names.join(', ')}`);
      return readFileSync(join(directory.path, name));
    },
    report: (form) => writeReport(directory, form),
  };
}
