/** `runbook runs [RUN]`: the runs of this machine; the state is derived from lock and journal each time, never stored. */
import { parseDuration } from '../interpreter/language/duration.ts';
import type { RunListing } from '../interpreter/store/run-directory.ts';
import { listRuns } from '../interpreter/store/run-directory.ts';
import { exitCodes, usage } from '../console/exit-codes.ts';
import { openNamedRun } from '../session/open-run.ts';
import type { OutputOption } from '../console/options.ts';
import { stateRoot } from '../console/state-root.ts';
import { readStored } from '../session/load-run.ts';
import { print, printJson } from '../console/terminal.ts';

export interface RunsOptions extends OutputOption {
  readonly runbook?: string;
  /** A state, or an outcome. */
  readonly state?: string;
  readonly operator?: string;
  readonly since?: string;
  readonly last?: string;
}

export async function runs(name: string | undefined, options: RunsOptions): Promise<number> {
  const all = await listRuns(stateRoot());
  if (name !== undefined) return one(name, all, options);
  const chosen = last(
    all.filter((run) => wanted(run, options, Date.now())),
    options.last,
  );
  if (options.output === 'json') await printJson(chosen);
  else for (const run of chosen) await print(lineOf(run));
  return exitCodes.succeeded;
}

const lineOf = (run: RunListing): string =>
  `${run.run}  ${run.runbook.padEnd(24)} ${(run.outcome ?? run.state).padEnd(14)} ${run.startedAt}  ${run.operator}`;

function wanted(run: RunListing, options: RunsOptions, now: number): boolean {
  if (options.runbook !== undefined && run.runbook !== options.runbook) return false;
  if (options.operator !== undefined && run.operator !== options.operator) return false;
  if (options.state !== undefined && run.state !== options.state && run.outcome !== options.state) return false;
  if (options.since === undefined) return true;
  const since = parseDuration(options.since);
  if (since === undefined) throw usage(`--since ${options.since} is not a duration`, 'for example 30m, 12h, 7d');
  return run.startedAt !== '' && Date.parse(run.startedAt) >= now - since;
}

function last(chosen: readonly RunListing[], count: string | undefined): readonly RunListing[] {
  if (count === undefined) return chosen;
  const number = Number(count);
  if (!Number.isInteger(number) || number < 1) throw usage(`--last ${count} is not a whole number above 0`, 'for example 10');
  return chosen.slice(-number);
}

/** One run whole: how far it is, what it did, what it asks. */
async function one(name: string, all: readonly RunListing[], options: RunsOptions): Promise<number> {
  const directory = await openNamedRun(name);
  const listed = all.filter((run) => run.run === directory.id);
  if (options.output === 'json') {
    await printJson(listed);
    return exitCodes.succeeded;
  }
  for (const run of listed) await print(lineOf(run));
  if (listed[0]?.state === 'damaged') return exitCodes.succeeded;
  const { plan, state } = readStored(directory);
  const { endingLines } = await import('../ui/model/ending.ts');
  const { glyphs, lookOf } = await import('../ui/theme.ts');
  const columns = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  const { sanitize } = await import('../interpreter/guard/sanitize.ts');
  const look = lookOf(process.env);
  for (const line of endingLines(plan, state, state.t, columns)) await print(glyphs(sanitize(line), look));
  for (const question of Object.values(state.questions))
    await print(`asks: ${question.key}: ${question.show.message ?? question.show.title}`);
  return exitCodes.succeeded;
}
