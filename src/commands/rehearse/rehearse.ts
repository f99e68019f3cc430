/** `runbook rehearse`: does each runbook work, and would anybody notice if it did not? Exit 1 when a world or a loss ended otherwise than expected. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Rehearsal, World } from '../../interpreter/rehearsal/rehearsal.ts';
import { mutantKinds } from '../../interpreter/rehearsal/rehearsal.ts';
import { toolName } from '../../interpreter/engine/engine.ts';
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
import { bringUp, takeDown, withOwnProgram } from './system.ts';
import { markdown, summaryLine } from './tell.ts';

export interface RehearseOptions extends OutputOption {
  readonly world: readonly string[];
  readonly sabotage: boolean;
  readonly mutants?: boolean;
  readonly record?: boolean;
  readonly changed?: string;
  readonly keep?: boolean;
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
  const root = writableStateRoot();
  const stop = new AbortController();
  const release = onStop(stop);
  const results: RehearsalResult[] = [];
  try {
    for (const one of chosen) {
      const result = await rehearseOne(one, options, root, stop.signal);
      keepResult(root, result);
      results.push(result);
    }
  } catch (problem) {
    if (!stop.signal.aborted) throw problem;
    throw new CommandError({
      exitCode: exitCodes.interrupted,
      message: 'the rehearsal was interrupted',
      hint: 'nothing of it was kept',
    });
  } finally {
    release();
  }
  await tellAll(results, options.output);
  return results.every(isPassed) ? exitCodes.succeeded : exitCodes.failed;
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

async function rehearseOne(
  { path, id, sha, rehearsal, file, isRehearsed }: Chosen,
  options: RehearseOptions,
  root: string,
  signal: AbortSignal,
): Promise<RehearsalResult> {
  const say = teller(options.output);
  const worlds = worldsOf(rehearsal, options.world, file);
  const work = mkdtempSync(join(tmpdir(), 'runbook-rehearsal-'));
  const shell = { folder: dirname(file), env: withOwnProgram(work), signal };
  await say(`${id}: bringing the system up`);
  try {
    const system = await bringUp(rehearsal.lab, shell, work);
    const { environment } = rehearsal;
    const rehearsing = { runbook: path, environment, system, root: rehearsalRoot(root), work, isRehearsed, signal };
    const recorded: Record<string, Effects> = {};
    const onWorld = (world: string, run: Performed): void => {
      if (options.record === true) recorded[world] = effectsOf(run, run.directory.path);
    };
    const found = await inWorlds({ rehearsing, worlds, rehearsal: asked(rehearsal, options), options, say, onWorld });
    if (options.record === true) writeRecorded(path, { records: id, sha, worlds: recorded });
    const { minScore } = rehearsal;
    const at = new Date().toISOString();
    const isPart = worlds.length < rehearsal.worlds.length || !options.sabotage;
    return {
      ...{ runbook: id, sha, at, tool: `${toolName} ${version}` },
      ...(isPart ? { part: true as const } : {}),
      ...found,
      ...(minScore === undefined ? {} : { minScore }),
    };
  } finally {
    for (const trouble of await takeDown(rehearsal.lab, shell)) await printError(`${id}: not taken down: ${trouble}`);
    rmSync(work, { recursive: true, force: true });
  }
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
