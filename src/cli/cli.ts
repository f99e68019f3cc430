/** Composition root of the command line: plain calls of quick verbs at once, everything else through commander. */
import { exitCodes } from '../console/exit-codes.ts';
import { concluded, reportProblem } from '../console/problem.ts';
import { plainLabCall } from '../commands/lab.ts';
import { quickCall } from './quick.ts';

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  const quick = quickCall(argv) ?? plainLabCall(argv);
  if (quick !== undefined) return concluded(quick(), false);
  if (argv[0] === 'lintpart') {
    const done = await (await import('../commands/lint/worker.ts')).lintPart();
    if (done !== undefined) return done;
  }
  // Built apart: this file and its verbs are all that `lint` and `list` read. Hence it reports its own problems.
  const { reportedProgram } = await import('./program.ts');
  return reportedProgram(argv);
}

// No process.exit while output may be pending: print() waits for the stream. Exit explicitly because drivers may hold sockets.
main()
  .catch(reportProblem)
  .then((code) => {
    process.exitCode = code;
    setImmediate(() => process.exit(code));
  })
  .catch(() => process.exit(exitCodes.internal));
