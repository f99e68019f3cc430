/** One process of a unit, in a group of its own, so that a signal reaches what it has started too. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Process } from '../servers/process.ts';
import { processOf } from '../servers/process.ts';
import type { Ended, Unit } from './unit.ts';

export interface Child {
  readonly process: Process;
  /** Resolves once the process has ended and what it has printed is read. */
  readonly ended: Promise<Ended>;
  /** false: it has ended already. */
  kill(signal: NodeJS.Signals): boolean;
}

/** A grandchild may hold the pipes open after the process has ended: longer than this nobody waits for more output, milliseconds. */
const outputAfterEnd = 200;

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
      const closed = new Promise((done) => child.once('close', done));
      child.once('exit', (code, signal) => {
        const ended = { at: new Date().toISOString(), code, signal };
        void Promise.race([closed, sleep(outputAfterEnd, undefined, { ref: false })]).then(() => {
          resolve(ended);
        });
      });
    }),
    kill: (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return false;
      return process.kill(-pid, signal);
    },
  };
}
