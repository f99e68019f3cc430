/** `runbook stats [RUNBOOK]`: from the journals of this machine, each time anew. */
import { isFinding } from '../interpreter/core/fold/policy.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { Stamped } from '../interpreter/core/model/event.ts';
import { readJournal } from '../interpreter/store/journal-read.ts';
import { listRuns, openRun } from '../interpreter/store/run-directory.ts';
import type { RunbookStats, RunFacts } from '../ui/model/stats.ts';
import { statsOf } from '../ui/model/stats.ts';
import { durationText } from '../ui/format.ts';
import { exitCodes, usage } from '../console/exit-codes.ts';
import type { OutputOption } from '../console/options.ts';
import { stateRoot } from '../console/state-root.ts';
import { print, printError, printJson } from '../console/terminal.ts';
import { demandedWithin, dueText, isDue } from './rehearse/demand.ts';
import type { RehearsalResult } from './rehearse/results.ts';
import { newestResult, rehearsedRunbooks, resultJson, resultWords } from './rehearse/results.ts';
import { fold } from '../interpreter/core/fold/fold.ts';
import { initialState } from '../interpreter/core/model/initial.ts';

export async function stats(name: string | undefined, options: OutputOption): Promise<number> {
  const root = stateRoot();
  const listed = (await listRuns(root)).filter((one) => name === undefined || one.runbook === name);
  const rehearsed = rehearsedRunbooks(root).filter((one) => name === undefined || one === name);
  if (name !== undefined && listed.length === 0 && rehearsed.length === 0)
    throw usage(`no run of "${name}" is known here`, '`runbook runs` shows all');
  const facts: RunFacts[] = [];
  for (const { run, state } of listed) {
    if (state === 'damaged') await printError(`run ${run} is damaged and not counted`);
    else facts.push(factsOf(root, run));
  }
  const all = statsOf(facts);
  const results = new Map(rehearsed.map((one) => [one, newestResult(root, one)]));
  const onlyRehearsed = rehearsed.filter((one) => !all.some(({ runbook }) => runbook === one));
  const within = await demandedWithin(process.cwd());
  const words = (one: string): string => `  rehearsed ${resultWords(results.get(one))}${dueText(root, one, within)}`;
  if (options.output === 'json') {
    const withDue = (one: string): { readonly rehearsalDue?: boolean } => {
      const due = isDue(root, one, within);
      return due === undefined ? {} : { rehearsalDue: due };
    };
    await printJson([
      ...all.map((one) => ({ ...withRehearsal(one, results), ...withDue(one.runbook) })),
      ...onlyRehearsed.map((one) => ({ ...withRehearsal({ runbook: one, runs: 0 }, results), ...withDue(one) })),
    ]);
  } else {
    for (const one of all) await print([...lines(one), words(one.runbook)].join('\n'));
    for (const one of onlyRehearsed) await print(`${one}: no runs\n${words(one)}`);
  }
  return exitCodes.succeeded;
}

function withRehearsal(
  one: Partial<RunbookStats> & { readonly runbook: string },
  results: ReadonlyMap<string, RehearsalResult | undefined>,
): Readonly<Record<string, unknown>> {
  const result = results.get(one.runbook);
  return { ...one, ...(result === undefined ? {} : { rehearsal: resultJson(result) }) };
}

function factsOf(root: string, id: string): RunFacts {
  const directory = openRun(root, id);
  const { records } = readJournal(directory.journalPath);
  const plan = directory.plan();
  const { environment, runbook } = plan;
  const state = records.reduce((before, record) => fold(plan, before, record), initialState(plan));
  const finished = records.find((one) => one.type === 'run.finished');
  const failedAt = finished === undefined || finished.exitCode === exitCodes.succeeded ? undefined : firstFailure(plan, records);
  return {
    runbook: runbook.id,
    rehearsal: environment.rehearsal,
    startedAt: records[0]?.wall ?? '',
    ...(finished === undefined ? {} : { outcome: finished.outcome, took: finished.t - state.people }),
    ...(failedAt === undefined ? {} : { failedAt }),
  };
}

/** Findings of a diagnosis and questions of a postmortem do not fail a run. */
function firstFailure(plan: Plan, records: readonly Stamped[]): string | undefined {
  const byKey = new Map(plan.nodes.map((node) => [node.key, node]));
  const started = new Map(
    records.flatMap((one) => (one.type === 'step.started' ? [[one.key, byKey.get(one.node)] as const] : [])),
  );
  const failed = records.flatMap((one) =>
    one.type === 'step.finished' && (one.status === 'failed' || one.status === 'unknown') ? [one.key] : [],
  );
  return failed.find((key) => {
    const node = started.get(key);
    return node === undefined || (!isFinding(node) && !['evidence', 'postmortem', 'comms'].includes(node.lane));
  });
}

function lines(one: RunbookStats): readonly string[] {
  const rate = one.successRate === undefined ? 'none has finished' : `${String(Math.round(one.successRate * 100))} % succeeded`;
  return [
    `${one.runbook}: ${String(one.runs)} ${one.runs === 1 ? 'run' : 'runs'} (${String(one.rehearsals)} rehearsals), ${rate}`,
    ...(one.median === undefined || one.longest === undefined
      ? []
      : [`  took ${durationText(one.median)} (median), ${durationText(one.longest)} (longest)`]),
    ...(one.failedAt.length === 0
      ? []
      : [`  failed at ${one.failedAt.map(({ step, times }) => `${step} (${String(times)})`).join(', ')}`]),
    `  last run ${one.lastRun}${one.lastRehearsed === undefined ? '' : `; last one by hand in a rehearsal ${one.lastRehearsed}`}`,
  ];
}
