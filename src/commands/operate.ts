/** Runs an engine in this process under its lock, with the view and the operator that the terminal allows. Shared by run, resume and undo. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from '../interpreter/config/config.ts';
import type { Stamped } from '../interpreter/core/event.ts';
import type { Plan } from '../interpreter/core/plan.ts';
import type { State } from '../interpreter/core/state.ts';
import type { Actor } from '../interpreter/core/value.ts';
import { systemClock } from '../interpreter/engine/clock.ts';
import { runEngine } from '../interpreter/engine/engine.ts';
import type { OperatorPort } from '../interpreter/engine/operator.ts';
import { unattendedOperator } from '../interpreter/engine/operator.ts';
import { takeLock } from '../interpreter/store/lock.ts';
import { JournalError } from '../interpreter/store/journal-write.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { registry } from '../steps/index.ts';
import { plainLine } from '../ui/plain/lines.ts';
import { CommandError, exitCodes } from './exit.ts';
import type { AnswerOptions } from './options.ts';
import { answersOf } from './answers.ts';
import { abortOnSignals } from './signals.ts';
import { outputForm, print, printError, printJson, tolerateLostTerminal } from './terminal.ts';
import { runJson } from './run-json.ts';
import { readStored } from './stored.ts';
import { attachmentsOf, writeReport } from './report.ts';

export interface Operation {
  readonly plan: Plan;
  readonly environment: Environment;
  readonly directory: RunDirectory;
  readonly root: string;
  readonly actor: Actor;
  readonly baseDirectory: string;
  readonly resume: boolean;
  readonly options: AnswerOptions;
  /** Undo runs: the directory of the run whose undos are performed. */
  readonly undoOf?: RunDirectory;
}

interface View {
  readonly operator: OperatorPort;
  onRecord(record: Stamped, state: State): void;
  /** Restores the terminal; called exactly once, also after a failure. */
  close(): Promise<void>;
}

export async function operate(operation: Operation): Promise<number> {
  const { plan, directory, root, actor } = operation;
  const lock = await takeLock(root, plan.lock, { run: directory.id, runbook: plan.runbook.id, operator: actor.name });
  if (!lock.ok) {
    throw new CommandError({
      exitCode: exitCodes.lockHeld,
      message: `the lock "${plan.lock}" is held by run ${lock.holder.run} of ${lock.holder.operator} (process ${String(lock.holder.pid)}, since ${lock.holder.since})`,
      hint: `\`runbook runs ${lock.holder.run}\` shows what it does`,
    });
  }
  const form = outputForm(operation.options.output);
  const view = form === 'tui' ? await screenView(operation) : await streamView(operation, form);
  const signals = abortOnSignals(view.operator, actor);
  try {
    const { state, exitCode } = await runEngine({
      plan,
      registry,
      environment: operation.environment,
      directory,
      operator: signals.operator,
      actor,
      clock: systemClock(),
      resume: operation.resume,
      baseDirectory: operation.baseDirectory,
      ...(operation.undoOf === undefined ? {} : { undoOf: operation.undoOf }),
      attachments: (kinds) => attachmentsOf(directory, kinds),
      onRecord: (record, after) => {
        view.onRecord(record, after);
      },
    });
    await view.close();
    return await closing(operation, state, signals.exitCode() ?? exitCode, form);
  } catch (problem) {
    throw problem instanceof JournalError ? withoutJournal(problem, directory) : problem;
  } finally {
    signals.release();
    await view.close();
    lock.release();
  }
}

/** The engine has started nothing since: an intent that is not on disk is not performed. */
function withoutJournal(problem: JournalError, directory: RunDirectory): CommandError {
  return new CommandError({
    exitCode: exitCodes.journal,
    message: problem.message,
    hint: `nothing more was started; when ${directory.path} can be written again, \`runbook resume ${directory.id}\` goes on`,
  });
}

async function closing(operation: Operation, state: State, exitCode: number, form: string): Promise<number> {
  const { directory, plan, options } = operation;
  if (form === 'json') await printJson(runJson(plan, state, exitCode, readStored(directory).records[0]?.wall ?? ''));
  if (options.report !== undefined)
    writeFileSync(resolve(options.report), await writeReport(directory, 'markdown'), { mode: 0o600 });
  if (form === 'tui' || form === 'plain') {
    await printError(`run ${directory.id}: ${state.outcome ?? 'interrupted'}; \`runbook report ${directory.id}\` is the record`);
    if (state.outcome === undefined) await printError(`\`runbook resume ${directory.id}\` goes on`);
  }
  return exitCode;
}

async function streamView(operation: Operation, form: 'plain' | 'json' | 'ndjson'): Promise<View> {
  const { plan, options } = operation;
  const operator = unattendedOperator({
    yes: options.yes === true,
    answers: answersOf(options),
    actor: operation.actor,
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  });
  return {
    operator,
    onRecord: (record, state) => {
      if (form === 'ndjson') void print(JSON.stringify(record));
      if (form !== 'plain') return;
      const line = plainLine(record, plan, state);
      if (line !== undefined) void print(line);
    },
    close: async () => undefined,
  };
}

async function screenView(operation: Operation): Promise<View> {
  tolerateLostTerminal();
  const { openScreen } = await import('../ui/screen/open.tsx');
  const screen = openScreen({
    plan: operation.plan,
    actor: operation.actor,
    outputFolder: operation.directory.path,
    yes: operation.options.yes === true,
    answers: answersOf(operation.options),
    ...(operation.options.reason === undefined ? {} : { reason: operation.options.reason }),
  });
  let closed = false;
  return {
    operator: screen.operator,
    onRecord: (record, state) => {
      screen.update(record, state);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await screen.close();
    },
  };
}
