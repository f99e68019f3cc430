import { CommandError, exitCodes } from './exit-codes.ts';
import { stateRoot } from './state-root.ts';
import { lostOutput, printError } from './terminal.ts';

/** The disk failed. Nothing is wrong with the program, and its stack would help nobody. */
const diskFailures: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS']);
/** The folder for runs is the wrong one: not ours, read-only, below a file. */
const folderFailures: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'ENOTDIR', 'ENOENT', 'EROFS']);

/** Says what ended a command, and gives its exit code: the only catch of the command line. */
export async function reportProblem(problem: unknown): Promise<number> {
  if (problem instanceof CommandError) {
    await printError(`runbook: ${problem.problem.message}`);
    if (problem.problem.hint !== undefined) await printError(`  hint: ${problem.problem.hint}`);
    return problem.problem.exitCode;
  }
  const storage = storageExit(problem);
  if (storage !== undefined) {
    await printError(`runbook: cannot use the folder for runs, ${stateRoot()}: ${(problem as Error).message}`);
    await printError(
      `  hint: ${storage === exitCodes.usage ? '' : 'free some space or '}choose another folder with RUNBOOK_STATE_DIR`,
    );
    return storage;
  }
  const text = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
  await printError(`runbook: internal error, please report it with this text and \`runbook doctor\`:\n${text}`);
  return exitCodes.internal;
}

/**
 * The exit code of a command, its problem reported. A result that could not be written is not a success; a run keeps its outcome, which is in its
 * record, and says that the output is incomplete.
 */
export async function concluded(work: Promise<number>, keepsOutcome: boolean): Promise<number> {
  const code = await work.catch(reportProblem);
  const lost = lostOutput();
  if (lost === undefined) return code;
  await printError(`runbook: cannot write standard output (${lost}): what was printed is incomplete`);
  return code === exitCodes.succeeded && !keepsOutcome ? exitCodes.failed : code;
}

/** The exit code of a failure to write below the folder for runs; undefined for everything else. */
function storageExit(problem: unknown): number | undefined {
  if (!(problem instanceof Error)) return undefined;
  const { code = '', path } = problem as NodeJS.ErrnoException;
  const below = path?.startsWith(stateRoot()) ?? false;
  if (below && folderFailures.has(code)) return exitCodes.usage;
  return diskFailures.has(code) && (path === undefined || below) ? exitCodes.journal : undefined;
}
