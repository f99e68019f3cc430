/** Command line of the lab: `node dist/lab.js <verb>`. */
import { ensureInstalled } from './servers/install.ts';

const tell = (line: string): void => {
  process.stderr.write(`lab: ${line}\n`);
};

ensureInstalled(tell).catch((problem: unknown) => {
  tell(problem instanceof Error ? problem.message : String(problem));
  process.exitCode = 1;
});
