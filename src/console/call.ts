import { spawn } from 'node:child_process';
import { exitCodes } from './exit-codes.ts';

/** Runs the lab's program on our own streams; its exit code is ours. `apart`: a Ctrl-C in the terminal does not reach it. */
export function call(program: string, args: readonly string[], how: 'together' | 'apart' = 'together'): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit', detached: how === 'apart' });
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code ?? exitCodes.failed);
    });
  });
}
