/** Carries a prepared run to its end. On a terminal: an engine process and a viewer; on a pipe, in CI and for JSON: one process. */
import { resolve } from 'node:path';
import type { Stamped } from '../interpreter/core/model/event.ts';
import type { State } from '../interpreter/core/model/state.ts';
import { unattendedOperator } from '../interpreter/engine/operator.ts';
import { plainLine } from '../ui/plain/lines.ts';
import { answersOf } from './answers.ts';
import type { Hosting } from './host-engine.ts';
import { hostEngine } from './host-engine.ts';
import type { AnswerOptions } from '../console/options.ts';
import { runJson } from './run-json.ts';
import { readStored } from './load-run.ts';
import { isTerminal, outputForm, print, printJson } from '../console/terminal.ts';
import { sayEnd } from './print-outcome.ts';

export type Operation = Omit<Hosting, 'report'> & { readonly options: AnswerOptions };

export async function operate(operation: Operation): Promise<number> {
  const { options } = operation;
  const form = outputForm(options.output);
  const hosting: Hosting = { ...operation, ...(options.report === undefined ? {} : { report: resolve(options.report) }) };
  const somebody = options.questions !== false && process.stdin.isTTY === true && isTerminal('stdout');
  if (form === 'tui' || (form === 'plain' && somebody)) {
    const { launchAndView } = await import('./launch.ts');
    return launchAndView(hosting, options, form);
  }
  return stream(hosting, options, form);
}

/** Nobody is there to ask: lines or JSON on stdout, questions answered by options or not at all. */
async function stream(hosting: Hosting, options: AnswerOptions, form: 'plain' | 'json' | 'ndjson'): Promise<number> {
  const { plan, directory, actor } = hosting;
  const { state, exitCode } = await hostEngine(hosting, {
    operator: unattendedOperator({
      yes: options.yes === true,
      answers: answersOf(options),
      actor,
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    }),
    onRecord: (record: Stamped, after: State) => {
      if (form === 'ndjson') void print(JSON.stringify(record));
      const line = form === 'plain' ? plainLine(record, plan, after) : undefined;
      if (line !== undefined) void print(line);
    },
  });
  if (form === 'json') await printJson(runJson(plan, state, exitCode, readStored(directory).records[0]?.wall ?? ''));
  if (form === 'plain') await sayEnd(directory.id, state.outcome);
  return exitCode;
}
