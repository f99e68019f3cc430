/** One run of a rehearsal: a process of its own (`runbook rehearsal-run`), because commands of the runbook get the environment of the system. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Variation } from '../../interpreter/core/model/variation.ts';
import type { Plan } from '../../interpreter/core/model/plan.ts';
import type { Loss, RehearsedCalls } from '../../interpreter/rehearsal/mutants.ts';
import type { World } from '../../interpreter/rehearsal/rehearsal.ts';
import type { RunDirectory } from '../../interpreter/store/run-directory.ts';
import { openRun } from '../../interpreter/store/run-directory.ts';
import { CommandError, exitCodes } from '../../console/exit-codes.ts';
import { packageRoot } from '../../console/package-root.ts';
import type { StoredRun } from '../../session/load-run.ts';
import { readStored } from '../../session/load-run.ts';
import type { System } from './system.ts';

/** What the process is told on its standard input. */
export interface RunOrder {
  readonly runbook: string;
  readonly config: string;
  readonly environment: string;
  /** Path of a JSON file. */
  readonly inputs: string;
  readonly answers: Readonly<Record<string, string>>;
  /** Names of people who agree to steps with `approve`. */
  readonly approvers: readonly string[];
  /** Number of the copy of the system: runs on other copies hold other locks. */
  readonly copy?: number;
  readonly mutant?: Mutant;
}

/** How a run differs from the runbook as it is. */
export interface Mutant {
  /** The step that only pretends, as it answered in the run `as`. */
  readonly loss?: Loss & { readonly as: string };
  readonly variation?: Variation;
  /** Whether the run ends at the first failure, because that is all that is asked of it. */
  readonly endsEarly: boolean;
}

export interface Rehearsing {
  readonly runbook: string;
  readonly environment: string;
  readonly system: System;
  /** Folder of the runs. */
  readonly root: string;
  readonly work: string;
  readonly copy?: number;
  /** Whether the runbook with this id, which this one calls, has a rehearsal of its own. */
  readonly isRehearsed: (id: string) => boolean;
  readonly signal: AbortSignal;
}

export interface Performed extends StoredRun {
  readonly directory: RunDirectory;
}

/** Calls that are lost as a whole, because each of their steps is tried in the rehearsal of the called runbook. */
export const rehearsedCalls = ({ isRehearsed }: Rehearsing, { calls = {} }: Plan): RehearsedCalls =>
  new Set(Object.entries(calls).flatMap(([key, { runbook }]) => (isRehearsed(runbook.id) ? [key] : [])));

/** Throws CommandError when there was no run: the runbook, its inputs or its targets were refused. */
export async function perform(rehearsing: Rehearsing, world: World, mutant?: Mutant): Promise<Performed> {
  const inputs = join(rehearsing.work, 'inputs.json');
  writeFileSync(inputs, JSON.stringify(world.inputs), { mode: 0o600 });
  const order: RunOrder = {
    runbook: rehearsing.runbook,
    config: rehearsing.system.config,
    environment: rehearsing.environment,
    inputs,
    answers: world.answers,
    approvers: world.approvers,
    ...(rehearsing.copy === undefined ? {} : { copy: rehearsing.copy }),
    ...(mutant === undefined ? {} : { mutant }),
  };
  const { stdout, stderr } = await child(order, rehearsing);
  rehearsing.signal.throwIfAborted();
  const id = /^run (\S+)$/m.exec(stdout)?.[1];
  if (id === undefined)
    throw new CommandError({
      exitCode: exitCodes.usage,
      message: `world ${world.name} did not run: ${stderr.trim().replace(/^runbook: /, '')}`,
      hint: 'inputs, answers and bindings of a rehearsal come from its rehearsal file',
    });
  const directory = openRun(rehearsing.root, id);
  return { ...readStored(directory), directory };
}

function child(
  order: RunOrder,
  { system, root, signal }: Rehearsing,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, [join(packageRoot(), 'dist', 'cli.js'), 'rehearsal-run'], {
      env: { ...system.env, RUNBOOK_STATE_DIR: root, NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGINT',
    });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      running[name].setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk));
    running.on('error', (problem) => {
      if (!signal.aborted) reject(problem);
    });
    running.on('close', () => {
      resolve(text);
    });
    running.stdin.end(JSON.stringify(order));
  });
}
