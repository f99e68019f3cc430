/** The engine process of a run on a terminal (`runbook engine`, started by `run`, `resume` and `undo` only): a session of its own, no terminal. */
import { preparedOperator, unattendedOperator } from '../interpreter/engine/operator.ts';
import { openRun } from '../interpreter/store/run-directory.ts';
import { actorOfUser } from '../interpreter/link/account.ts';
import { CommandError, exitCodes, usage } from '../console/exit-codes.ts';
import type { Handover, HandoverAnswer } from './handover.ts';
import type { Hosting } from './hosting.ts';
import { hostEngine } from './host-engine.ts';

export async function engine(): Promise<number> {
  const handed = await readHandover();
  const handover = { ...handed, actor: actorOfUser(handed.actor, process.getuid?.(), handed.environment) };
  let answered = false;
  const answer = (line: HandoverAnswer): void => {
    if (answered) return;
    answered = true;
    // The starter reads one line; when it has exited already, the run continues.
    process.stdout.on('error', () => undefined);
    process.stdout.end(`${JSON.stringify(line)}\n`);
  };
  const beforehand = {
    yes: handover.yes,
    answers: handover.answers,
    actor: handover.actor,
    ...(handover.reason === undefined ? {} : { reason: handover.reason }),
  };
  if (handover.bound) endWithStarter();
  try {
    const { exitCode } = await hostEngine(hostingOf(handover), {
      operator: handover.unattended ? unattendedOperator(beforehand) : preparedOperator(beforehand),
      onOpen: (socket) => {
        if (!socket.ok && !handover.unattended)
          throw new CommandError({
            exitCode: exitCodes.usage,
            message: `cannot open the control socket of this run: ${socket.why}`,
            hint: 'set XDG_RUNTIME_DIR to a short path of your own, or run with --no-questions',
          });
        answer({ is: 'opened' });
      },
    });
    return exitCode;
  } catch (problem) {
    if (problem instanceof CommandError) answer({ is: 'refused', ...problem.problem });
    throw problem;
  }
}

function hostingOf(handover: Handover): Hosting {
  const { root, run, environment, roles, actor, baseDirectory, config, resume, secretInputs, undoOf, report } = handover;
  const directory = openRun(root, run);
  return {
    plan: directory.plan(),
    directory,
    root,
    environment,
    roles,
    actor,
    baseDirectory,
    config,
    resume,
    secretInputs,
    ...(undoOf === undefined ? {} : { undoOf: openRun(root, undoOf) }),
    ...(report === undefined ? {} : { report }),
  };
}

/** The pipe ends with the process that holds its other end, whatever ended that. */
function endWithStarter(): void {
  process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.resume();
}

/** One line; the pipe stays open behind it. */
function readHandover(): Promise<Handover> {
  return new Promise((resolve, reject) => {
    let text = '';
    const take = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      if (end < 0) return;
      process.stdin.off('data', take);
      process.stdin.pause();
      try {
        resolve(JSON.parse(text.slice(0, end)) as Handover);
      } catch {
        reject(startedByHand());
      }
    };
    process.stdin.on('data', take);
    process.stdin.once('end', () => {
      reject(startedByHand());
    });
  });
}

const startedByHand = (): CommandError =>
  usage(
    '`runbook engine` was started by hand',
    'it is a part of `runbook run`; `runbook attach RUN` shows a run that is under way',
  );
