/** `runbook rehearse`: does each runbook work, and would anybody notice if it did not? Exit 1 when a world or a loss ended otherwise than expected. */
import type { Rehearsal, World } from '../../interpreter/rehearsal/rehearsal.ts';
import { mutantKinds } from '../../interpreter/rehearsal/rehearsal.ts';
import { toolName } from '../../interpreter/engine/opening.ts';
import { CommandError, exitCodes, usage } from '../../console/exit-codes.ts';
import type { OutputOption } from '../../console/options.ts';
import { writableStateRoot } from '../../console/state-root.ts';
import { print, printError, printJson } from '../../console/terminal.ts';
import { version } from '../../console/version.ts';
import { onStop } from '../../session/signals.ts';
import type { Chosen } from './choose.ts';
import { chosenRunbooks } from './choose.ts';
import type { Effects } from '../../interpreter/rehearsal/paths/effects.ts';
import { effectsOf, writeRecorded } from '../test/recorded.ts';
import { inWorlds } from './in-worlds.ts';
import type { Performed } from './run.ts';
import { rehearsalJunit } from './junit.ts';
import type { RehearsalResult } from './results.ts';
import { isPassed, keepResult, rehearsalRoot } from './results.ts';
import type { RehearsalJob } from './jobs.ts';
import { inJobs } from './jobs.ts';
import type { System } from './system.ts';
import { markdown, summaryLine } from './tell.ts';

export interface RehearseOptions extends OutputOption {
  readonly world: readonly string[];
  readonly sabotage: boolean;
  readonly mutants?: boolean;
  readonly record?: boolean;
  readonly changed?: string;
  readonly keep?: boolean;
  /** Rehearsals side by side. */
  readonly jobs?: number;
  /** How often a rehearsal is tried until it ends as expected. */
  readonly tries?: number;
  readonly catalogue?: string;
}

export async function rehearse(names: readonly string[], options: RehearseOptions): Promise<number> {
  const chosen = await chosenRunbooks(names, options);
  if (chosen.length === 0 && options.changed === undefined)
    throw usage('no runbook of the catalogue has a rehearsal file', 'docs/rehearsals.md tells how one is written');
  if (chosen.length === 0) {
    await printError('no runbook with a rehearsal file was changed');
    return exitCodes.succeeded;
  }
  for (const { rehearsal, file } of chosen) worldsOf(rehearsal, options.world, file);
  const stop = new AbortController();
  const interrupt = new AbortController();
  const release = onStop(interrupt);
  interrupt.signal.addEventListener('abort', () => {
    stop.abort();
  });
  try {
    const results = await rehearseAll(chosen, options, stop);
    await tellAll(results, options.output);
    return results.every(isPassed) ? exitCodes.succeeded : exitCodes.failed;
  } catch (problem) {
    if (!interrupt.signal.aborted) throw problem;
    throw new CommandError({
      exitCode: exitCodes.interrupted,
      message: 'the rehearsal was interrupted',
      hint: 'what had ended before is kept: `runbook stats` shows it',
    });
  } finally {
    release();
  }
}

/** In the order in which they were chosen. */
async function rehearseAll(
  chosen: readonly Chosen[],
  options: RehearseOptions,
  stop: AbortController,
): Promise<readonly RehearsalResult[]> {
  const root = writableStateRoot();
  const tell = teller(options.output);
  const results = new Map<string, RehearsalResult>();
  const { jobs = 1, tries = 1 } = options;
  await inJobs({
    chosen,
    jobs,
    stop,
    onSystem: ({ id }, isUp) => tell(`${id}: ${isUp ? 'the system is up' : 'bringing the system up'}`),
    onTrouble: ({ id }, trouble) => printError(`${id}: not taken down: ${trouble}`),
    rehearse: async (one, system, job) => {
      // Lines of jobs that work side by side are told apart.
      const say = job.copy === undefined ? tell : (line: string) => tell(line.replaceAll(/^ {2}/gm, `${one.id}  `));
      const at: Place = { root, system, job, signal: stop.signal, say };
      let result = await rehearseOne(one, options, at);
      for (let number = 2; number <= tries && !isPassed(result); number += 1) {
        await say(`  try ${String(number)}`);
        result = { ...(await rehearseOne(one, options, at)), tries: number };
      }
      keepResult(root, result);
      results.set(one.path, result);
    },
  });
  return chosen.flatMap(({ path }) => results.get(path) ?? []);
}

async function tellAll(results: readonly RehearsalResult[], form: string | undefined): Promise<void> {
  if (form === 'json') await printJson(results);
  else if (form === 'junit') await print(rehearsalJunit(results));
  else if (form === 'markdown') await print(markdown(results));
  else for (const result of results) await print(summaryLine(result));
}

/** Lines while it runs: on standard output where people read, beside the result where a program does. */
const teller = (form: string | undefined): ((line: string) => Promise<void>) =>
  form === undefined || form === 'plain' ? print : printError;

interface Place {
  readonly root: string;
  readonly system: System;
  readonly job: RehearsalJob;
  readonly signal: AbortSignal;
  readonly say: (line: string) => Promise<void>;
}

async function rehearseOne(
  { path, id, sha, rehearsal, file, isRehearsed }: Chosen,
  options: RehearseOptions,
  { root, system, job, signal, say }: Place,
): Promise<RehearsalResult> {
  const worlds = worldsOf(rehearsal, options.world, file);
  const { environment, minScore } = rehearsal;
  const rehearsing = { runbook: path, environment, system, root: rehearsalRoot(root), ...job, isRehearsed, signal };
  const recorded: Record<string, Effects> = {};
  const onWorld = (world: string, run: Performed): void => {
    if (options.record === true) recorded[world] = effectsOf(run, run.directory.path);
  };
  const found = await inWorlds({ rehearsing, worlds, rehearsal: asked(rehearsal, options), options, say, onWorld });
  if (options.record === true) writeRecorded(path, { records: id, sha, worlds: recorded });
  const at = new Date().toISOString();
  const isPart = worlds.length < rehearsal.worlds.length || !options.sabotage;
  return {
    ...{ runbook: id, sha, at, tool: `${toolName} ${version}` },
    ...(isPart ? { part: true as const } : {}),
    ...found,
    ...(minScore === undefined ? {} : { minScore }),
  };
}

/** What is tried besides the losses: what the file says, or all of it. */
const asked = (rehearsal: Rehearsal, { mutants }: RehearseOptions): Rehearsal =>
  mutants === true ? { ...rehearsal, mutants: mutantKinds } : rehearsal;

function worldsOf({ worlds }: Rehearsal, names: readonly string[], file: string): readonly World[] {
  const known = worlds.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw usage(`${file} has no world "${unknown}"`, `worlds: ${known.join(', ')}`);
  return names.length === 0 ? worlds : worlds.filter(({ name }) => names.includes(name));
}
