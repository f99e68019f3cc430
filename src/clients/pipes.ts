/**
 * Standard streams of a child that can be opened by name. What node gives a child is sockets, and Linux opens no socket: /dev/stdin, /dev/stdout and
 * /dev/stderr fail, as in `tee /dev/stderr` and `--patch-file /dev/stdin`. Node cannot make a pipe, so mkfifo makes the first two, whose names are
 * removed at once. Later steps use them again: starting mkfifo costs as much as starting the command of a short step. Input is a file in memory
 * without a name: a named pipe could not be opened any more once all of it is written.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What the child gets, as file descriptors, and this side of it. */
export interface Pipes {
  readonly stdout: number;
  readonly stderr: number;
  /** To be called when the child has been started, or could not be. */
  attach(): { readonly stdout: Socket; readonly stderr: Socket };
  /** Nothing was started. */
  discard(): void;
  /** `drained`: both streams have reached their end, so nobody can write any more and the next child may have these pipes. */
  release(drained: boolean): void;
}

/** One way of a pipe, held by the end for reading that this process keeps: through it both ends can be opened anew. */
type Kept = number;

/** Undefined: this machine makes no pipes, and the child gets what node has. The pool belongs to the process, as its descriptors do. */
export const openPipes = createPool();

function createPool(): () => Promise<Pipes | undefined> {
  const idle: Kept[] = [];
  let usable = true;
  return async () => {
    try {
      if (usable && idle.length < 2) idle.push(...(await makeTwo()));
      const [out, err] = idle.splice(0, 2);
      return out === undefined || err === undefined ? undefined : openBoth(out, err, idle);
    } catch {
      usable = false;
      return undefined;
    }
  };
}

function openBoth(out: Kept, err: Kept, idle: Kept[]): Pipes {
  const [stdout, stderr] = [openEnd(out, constants.O_WRONLY), openEnd(err, constants.O_WRONLY)];
  const closeWriting = (): void => {
    closeSync(stdout);
    closeSync(stderr);
  };
  return {
    stdout,
    stderr,
    attach: () => {
      // First the reading ends: one that is opened when nobody can write any more is never told of the end.
      const streams = { stdout: readable(out), stderr: readable(err) };
      closeWriting();
      return streams;
    },
    discard: () => {
      closeWriting();
      idle.push(out, err);
    },
    release: (drained) => {
      if (drained) idle.push(out, err);
      else for (const kept of [out, err]) closeSync(kept);
    },
  };
}

const openEnd = (kept: Kept, flags: number): number => openSync(`/proc/self/fd/${String(kept)}`, flags);

const readable = (kept: Kept): Socket =>
  new Socket({ fd: openEnd(kept, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });

async function makeTwo(): Promise<readonly Kept[]> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-pipes-'));
  try {
    const names = ['out', 'err'].map((name) => join(folder, name));
    await promisify(execFile)('mkfifo', ['-m', '600', ...names]);
    return names.map((name) => openSync(name, constants.O_RDONLY | constants.O_NONBLOCK));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Only memory: the text may hold a secret. */
const memory = '/dev/shm';

/** A descriptor that reads the text; undefined where the machine has no files in memory. */
export function openText(text: string): number | undefined {
  const name = join(memory, `runbook-${randomUUID()}`);
  try {
    writeFileSync(name, text, { flag: 'wx', mode: 0o600 });
    return openSync(name, constants.O_RDONLY);
  } catch {
    return undefined;
  } finally {
    rmSync(name, { force: true });
  }
}
