/**
 * Standard streams of a child that can be opened by name. What node gives a child is sockets, and Linux opens no socket: /dev/stdin, /dev/stdout and
 * /dev/stderr fail, as in `tee /dev/stderr` and `--patch-file /dev/stdin`. Node cannot make a pipe, so mkfifo makes some at a time, whose names are gone
 * before a child starts. Input is a file in memory without a name: a named pipe could not be opened any more once all of it is written.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface Ends {
  readonly read: number;
  readonly write: number;
}

/** What the child gets, as file descriptors, and this side of it. */
export interface Pipes {
  readonly stdout: number;
  readonly stderr: number;
  /** To be called when the child has been started, or could not be. */
  attach(): { readonly stdout: Socket; readonly stderr: Socket };
  /** Nothing was started. */
  discard(): void;
}

/** Made together, so that a step pays for a sixth of a started program. */
const pipesAtOnce = 12;
const waiting: Ends[] = [];
let unusable = false;

/** Undefined: this machine makes no pipes, and the child gets what node has. */
export async function openPipes(): Promise<Pipes | undefined> {
  if (!unusable && waiting.length < 2) {
    try {
      waiting.push(...(await make()));
    } catch {
      unusable = true;
    }
  }
  const [out, err] = waiting.splice(0, 2);
  if (out === undefined || err === undefined) return undefined;
  return {
    discard: () => {
      waiting.push(out, err);
    },
    stdout: out.write,
    stderr: err.write,
    attach: () => {
      closeSync(out.write);
      closeSync(err.write);
      return { stdout: readable(out.read), stderr: readable(err.read) };
    },
  };
}

const readable = (fd: number): Socket => new Socket({ fd, readable: true, writable: false });

async function make(): Promise<readonly Ends[]> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-pipes-'));
  try {
    const names = Array.from({ length: pipesAtOnce }, (_, index) => join(folder, String(index)));
    await promisify(execFile)('mkfifo', ['-m', '600', ...names]);
    return names.map((name) => {
      // Without a reader the other end could not be opened, and without a writer this one would wait.
      const read = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
      return { read, write: openSync(name, constants.O_WRONLY) };
    });
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
