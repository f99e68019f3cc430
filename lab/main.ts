/** Command line of the lab: `node dist/lab.js <verb>`. */
import { ensureInstalled } from './servers/install.ts';

const tell = (line: string): void => {
  process.stderr.write(`lab: ${line}\n`);
};
await (process.argv[2] === 'install' ? ensureInstalled(tell) : Promise.reject(new Error('usage: lab install')));
