/** One process of a unit, in a group of its own, so that a signal reaches what it has started too. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Process } from '../servers/process.ts';
import { processOf } from '../servers/process.ts';
import type { Ended, Unit } from './unit.ts';

export interface Child {
  readonly process: Process;
  /** Resolves once the process has ended and its output is read. */
  readonly ended: Promise<Ended>;
  /** false: it has ended already. */
  kill(signal: NodeJS.Signals): boolean;
}

/** Throws when the program does not exist. */
export async function startChild(unit: Unit, write: (pid: number, line: string) => void): Promise<Child> {
  const [program, ...args] = unit.command;
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...unit.env },
    ...(unit.cwd === undefined ? {} : { cwd: unit.cwd }),
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid ?? 0;
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      write(pid, line);
    });
  return {
    process: processOf(unit.name, pid),
    ended: new Promise((resolve) => {
      // not `close`: a grandchild may hold the pipes open after the process has ended
      child.once('exit', (code, signal) => {
        resolve({ at: new Date().toISOString(), code, signal });
      });
    }),
    kill: (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return false;
      return process.kill(-pid, signal);
    },
  };
}
