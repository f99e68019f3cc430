import { spawn } from 'node:child_process';
import { exitCodes } from './exit.ts';

/** Runs the lab's program on our own streams; its exit code is ours. */
export function call(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code ?? exitCodes.failed);
    });
  });
}
