/** Carries a prepared run to its end. On a terminal: an engine process and a viewer; on a pipe, in CI and for JSON: one process. */
import { resolve } from 'node:path';
import type { Stamped } from '../interpreter/core/model/event.ts';
import type { State } from '../interpreter/core/model/state.ts';
import { exitCodeOf } from '../interpreter/core/model/outcome.ts';
import { unattendedOperator } from '../interpreter/engine/operator.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { writeReportFile } from './write-report.ts';
import { plainLine } from '../ui/plain/lines.ts';
import type { AnswersBefore, Hosting, Operation } from './hosting.ts';
import { hostEngine } from './host-engine.ts';
import type { AnswerOptions } from '../console/options.ts';
import { runJson } from './run-json.ts';
import { readStored } from './load-run.ts';
import { isTerminal, outputForm, print, printError, printJson } from '../console/terminal.ts';
import { sayEnd } from './print-outcome.ts';

export async function operate(operation: Operation): Promise<number> {
  const { options, answers } = operation;
  const form = outputForm(options.output);
  const hosting: Hosting = { ...operation, ...(options.report === undefined ? {} : { report: resolve(options.report) }) };
  const somebody = options.questions !== false && process.stdin.isTTY === true && isTerminal('stdout');
  if (form === 'tui' || (form === 'plain' && somebody)) {
    const { launchAndView } = await import('./launch.ts');
    return launchAndView(hosting, { ...options, answers }, form);
  }
  return stream(hosting, { ...options, answers }, form);
}

/**
 * A run whose last record is on disk has ended, whatever became of the process that was to tell so: its outcome is told again, with its exit code.
 */
export async function concludeFinished(directory: RunDirectory, options: AnswerOptions): Promise<number> {
  const stored = readStored(directory);
  const { state } = stored;
  const exitCode = state.exitCode ?? exitCodeOf(state.outcome ?? 'unknown');
  if (options.report !== undefined) await writeReportFile(directory, options.report);
  if (outputForm(options.output) === 'json') await printJson(runJson(stored, exitCode));
  await printError(`run ${directory.id} has finished already; nothing is left to do`);
  await sayEnd(directory, state.outcome);
  return exitCode;
}

/** Nobody is there to ask: lines or JSON on stdout, questions answered by options or not at all. */
async function stream(hosting: Hosting, options: AnswersBefore, form: 'plain' | 'json' | 'ndjson'): Promise<number> {
  const { plan, directory, actor } = hosting;
  const { state, exitCode } = await hostEngine(hosting, {
    operator: unattendedOperator({
      yes: options.yes === true,
      answers: options.answers,
      actor,
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    }),
    onRecord: (record: Stamped, after: State) => {
      if (form === 'ndjson') void printJson(record);
      const line = form === 'plain' ? plainLine(record, plan, after) : undefined;
      if (line !== undefined) void print(line);
    },
  });
  if (form === 'json') await printJson(runJson(readStored(directory), exitCode));
  if (form === 'plain') await sayEnd(directory, state.outcome);
  return exitCode;
}
