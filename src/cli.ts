/** Composition root of the command line: names the verbs, loads each lazily, and turns problems into the exit table (design 5). */
import { CommandError, exitCodes } from './commands/exit.ts';
import { quickCall } from './commands/quick.ts';
import { printError } from './commands/terminal.ts';

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  const quick = quickCall(argv);
  if (quick !== undefined) return quick();
  const { program } = await import('./commands/program.ts');
  return program(argv);
}

async function report(problem: unknown): Promise<number> {
  if (problem instanceof CommandError) {
    await printError(`runbook: ${problem.problem.message}`);
    if (problem.problem.hint !== undefined) await printError(`  hint: ${problem.problem.hint}`);
    return problem.problem.exitCode;
  }
  const text = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
  await printError(`runbook: internal error, please report it with this text and \`runbook doctor\`:\n${text}`);
  return exitCodes.internal;
}

// No process.exit while output may be pending: print() waits for the stream. Exit explicitly because drivers may hold sockets.
main()
  .catch(report)
  .then((code) => {
    process.exitCode = code;
    setImmediate(() => process.exit(code));
  })
  .catch(() => process.exit(exitCodes.internal));
