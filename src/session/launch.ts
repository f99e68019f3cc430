/** Starts the engine of a run as a process of its own and looks at it: closing the terminal ends the picture, never the run. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, exitCodes } from '../console/exit-codes.ts';
import type { Handover, HandoverAnswer } from './handover.ts';
import type { AnswersBefore, Hosting } from './hosting.ts';
import { packageRoot } from '../console/package-root.ts';
import { loadPicture, viewRun } from './viewer.ts';

export async function launchAndView(hosting: Hosting, options: AnswersBefore, form: 'tui' | 'plain'): Promise<number> {
  const { directory } = hosting;
  const launched = launchEngine(hosting, options);
  const picture = loadPicture(form);
  // Nobody waits for it when the engine refuses.
  picture.catch(() => undefined);
  await launched;
  const bound = options.foreground === true;
  return viewRun({ directory, plan: hosting.plan, actor: hosting.actor, mode: 'control', form, bound, picture });
}

/** Resolves when the engine holds the lock and can be spoken to. Throws CommandError when it refuses. */
export async function launchEngine(hosting: Hosting, options: AnswersBefore): Promise<void> {
  const log = join(hosting.directory.path, 'engine.log');
  const answer = await handOver(spawnEngine(log), handoverOf(hosting, options));
  if (answer === undefined) throw diedAtStart(log);
  if (answer.is === 'refused')
    throw new CommandError({
      exitCode: answer.exitCode,
      message: answer.message,
      ...(answer.hint === undefined ? {} : { hint: answer.hint }),
    });
}

const handoverOf = (hosting: Hosting, options: AnswersBefore): Handover => ({
  root: hosting.root,
  run: hosting.directory.id,
  environment: hosting.environment,
  roles: hosting.roles,
  actor: hosting.actor,
  baseDirectory: hosting.baseDirectory,
  config: hosting.config,
  resume: hosting.resume,
  secretInputs: hosting.secretInputs,
  ...(hosting.undoOf === undefined ? {} : { undoOf: hosting.undoOf.id }),
  ...(hosting.report === undefined ? {} : { report: hosting.report }),
  yes: options.yes === true,
  answers: options.answers,
  ...(options.reason === undefined ? {} : { reason: options.reason }),
  unattended: options.questions === false,
  bound: options.foreground === true,
});

/** A session of its own: neither the terminal's signals nor its end reach it. */
function spawnEngine(log: string): ChildProcess {
  const file = openSync(log, 'a', 0o600);
  try {
    const child = spawn(process.execPath, [join(packageRoot(), 'dist', 'cli.js'), 'engine'], {
      detached: true,
      stdio: ['pipe', 'pipe', file],
    });
    child.unref();
    return child;
  } finally {
    closeSync(file);
  }
}

/** Undefined: it ended without an answer. */
function handOver(child: ChildProcess, handover: Handover): Promise<HandoverAnswer | undefined> {
  return new Promise((resolve) => {
    let text = '';
    child.on('error', () => {
      resolve(undefined);
    });
    child.stdin?.on('error', () => undefined);
    child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    child.stdout?.on('close', () => {
      const line = text.split('\n')[0] ?? '';
      resolve(line === '' ? undefined : (JSON.parse(line) as HandoverAnswer));
    });
    child.stdin?.write(`${JSON.stringify(handover)}\n`);
    // The pipe of a bound engine stays open as long as this process lives.
    if (!handover.bound) child.stdin?.end();
  });
}

function diedAtStart(log: string): CommandError {
  return new CommandError({
    exitCode: exitCodes.internal,
    message: `the engine failed to start:\n${readFileSync(log, 'utf8').trim().slice(-2000)}`,
    hint: '`runbook doctor` looks for the cause; `-o plain | cat` runs without a process of its own',
  });
}
