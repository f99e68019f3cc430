import { CommandError, exitCodes } from './exit-codes.ts';
import { printError } from './terminal.ts';

/** Says what ended a command, and gives its exit code: the only catch of the command line. */
export async function report(problem: unknown): Promise<number> {
  if (problem instanceof CommandError) {
    await printError(`runbook: ${problem.problem.message}`);
    if (problem.problem.hint !== undefined) await printError(`  hint: ${problem.problem.hint}`);
    return problem.problem.exitCode;
  }
  const text = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
  await printError(`runbook: internal error, please report it with this text and \`runbook doctor\`:\n${text}`);
  return exitCodes.internal;
}
