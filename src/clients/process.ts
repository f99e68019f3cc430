/**
 * Runs one child in a process group of its own: streamed, never buffered whole (M2), TERM then KILL to the whole group (M9), pipes drained for a
 * bounded time after its end, what it leaves running found by group and cookie (background.ts). The environment is an allow-list (T17).
 */
import { isUtf8 } from 'node:buffer';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type { LeftProcess } from './background.ts';
import { endProcesses, killGroup, leftBehind } from './background.ts';
import type { Pipes } from './pipes.ts';
import { openPipes, openText } from './pipes.ts';

export interface ProcessOptions {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Added to the allow-list. */
  readonly env: Readonly<Record<string, string>>;
  /** Names handed on from our own environment beside the usual ones. */
  readonly passEnv?: readonly string[];
  readonly stdin?: string;
  /** Instead of stdin: it stays open, and what the child prints is heard before it is kept. */
  readonly talk?: Talk;
  readonly signal: AbortSignal;
  /** Aborts when the child is to be killed without further grace. */
  readonly force?: AbortSignal;
  readonly cookie: string;
  /** What becomes of processes that the child leaves running; default: end. A child that was stopped leaves none. */
  readonly background?: 'end' | 'keep';
  /** Called when the child exists: from now on it may have an effect. */
  started(): void;
  output(stream: 'out' | 'err', chunk: Buffer): Promise<void> | void;
}

export interface Talk {
  /** Written first. */
  readonly begin: string;
  /** Returns what of the chunk is output; `say` writes to the child. */
  readonly hear: (stream: 'out' | 'err', chunk: Buffer, say: (text: string) => void) => Buffer;
  /** What `hear` kept back when the stream has ended. */
  rest?(stream: 'out' | 'err'): Buffer;
}

export type ProcessEnd =
  | {
      readonly is: 'ended';
      readonly code: number | null;
      readonly signal: string | null;
      readonly out: Kept;
      readonly err: Kept;
      readonly durationMs: number;
      /** What it left running, and whether that still runs. */
      readonly left: readonly LeftProcess[];
      readonly kept: boolean;
    }
  | { readonly is: 'notStarted'; readonly code: string; readonly message: string };

/** First and last part of a stream, and how long it was. */
export interface Kept {
  readonly text: string;
  readonly bytes: number;
  readonly truncated: boolean;
  /** false: some bytes are not UTF-8 and are shown as U+FFFD. */
  readonly isText: boolean;
}

const usual = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TERM', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR'];
const graceMs = 5000;
const drainMs = 2000;
const headLimit = 1024 * 1024;
const tailLimit = 64 * 1024;
/** Children that print byte by byte: then the chunks are joined after all. */
const manyChunks = 256;

export async function runProcess(options: ProcessOptions): Promise<ProcessEnd> {
  const pipes = await openPipes();
  if (!options.signal.aborted) return runOn(pipes, options);
  pipes?.discard();
  return { is: 'notStarted', code: 'cancelled', message: 'cancelled before the start' };
}

interface Started {
  readonly child: ChildProcess;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

function startChild(pipes: Pipes | undefined, options: ProcessOptions): Started {
  const [file = '', ...args] = options.argv;
  const text = options.stdin === undefined ? undefined : openText(options.stdin);
  const input = text ?? (options.stdin === undefined && options.talk === undefined ? 'ignore' : 'pipe');
  try {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: environment(options),
      detached: true,
      stdio: [input, pipes?.stdout ?? 'pipe', pipes?.stderr ?? 'pipe'],
    });
    const { stdout, stderr } = pipes?.attach() ?? (child as Pick<Started, 'stdout' | 'stderr'>);
    return { child, stdin: child.stdin, stdout, stderr };
  } finally {
    if (text !== undefined) closeSync(text);
  }
}

function runOn(pipes: Pipes | undefined, options: ProcessOptions): Promise<ProcessEnd> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const { child, stdin, stdout, stderr } = startChild(pipes, options);
    const out = keeper();
    const err = keeper();
    let timers: NodeJS.Timeout[] = [];
    let settled = false;
    const pid = child.pid;
    const kill = (): void => {
      if (pid !== undefined) killGroup(pid, 'SIGKILL');
    };
    const stop = (): void => {
      if (pid === undefined) return;
      killGroup(pid, 'SIGTERM');
      timers.push(setTimeout(kill, graceMs));
    };
    const finish = (end: ProcessEnd): void => {
      if (settled) return;
      settled = true;
      for (const timer of timers) clearTimeout(timer);
      timers = [];
      options.signal.removeEventListener('abort', stop);
      options.force?.removeEventListener('abort', kill);
      resolve(end);
    };
    child.on('error', (problem: NodeJS.ErrnoException) => {
      if (pid === undefined)
        finish({
          is: 'notStarted',
          code: problem.code ?? 'spawn',
          message: notStartedWords(problem, options.argv[0] ?? '', options.cwd),
        });
    });
    if (pid === undefined) {
      for (const one of [stdin, stdout, stderr]) one?.destroy();
      pipes?.release(false);
      return;
    }
    options.started();
    options.signal.addEventListener('abort', stop, { once: true });
    options.force?.addEventListener('abort', kill, { once: true });
    const say = (text: string): void => {
      if (stdin?.writable === true) stdin.write(text);
    };
    const pump = async (stream: NodeJS.ReadableStream, name: 'out' | 'err', into: ReturnType<typeof keeper>): Promise<void> => {
      try {
        for await (const chunk of stream) {
          const heard = options.talk?.hear(name, chunk as Buffer, say) ?? (chunk as Buffer);
          if (heard.length === 0) continue;
          into.take(heard);
          const writing = options.output(name, heard);
          if (writing !== undefined) await writing;
        }
        const rest = options.talk?.rest?.(name);
        if (rest === undefined || rest.length === 0) return;
        into.take(rest);
        await options.output(name, rest);
      } catch {
        // the pipe was cut after the child's end
      }
    };
    const pumps = Promise.all([pump(stdout, 'out', out), pump(stderr, 'err', err)]);
    stdin?.on('error', () => undefined);
    if (options.stdin !== undefined) stdin?.end(options.stdin);
    if (options.talk !== undefined) {
      say(options.talk.begin);
    }
    child.on('exit', (code, signal) => {
      let ending = false;
      const end = async (): Promise<void> => {
        if (ending) return;
        ending = true;
        pipes?.release(stdout.readableEnded && stderr.readableEnded);
        stdout.destroy();
        stderr.destroy();
        const durationMs = performance.now() - begun;
        const left = await leftBehind(pid, options.cookie, durationMs);
        const kept = options.background === 'keep' && !options.signal.aborted;
        if (!kept) endProcesses(pid, left);
        finish({ is: 'ended', code, signal, out: out.kept(), err: err.kept(), durationMs, left, kept });
      };
      timers.push(setTimeout(() => void end(), options.signal.aborted ? 200 : drainMs));
      void pumps.then(end);
    });
  });
}

function environment(options: ProcessOptions): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name of [...usual, ...(options.passEnv ?? [])]) {
    const value = process.env[name];
    if (value !== undefined) out[name] = value;
  }
  return { ...out, ...options.env, RUNBOOK_COOKIE: options.cookie };
}

/** Keeps the first and the last part; chunks are held, not copied, so that a flood of output makes no garbage of its own. */
function keeper(): { take(chunk: Buffer): void; kept(): Kept } {
  const head: Buffer[] = [];
  let recent: Buffer[] = [];
  let headBytes = 0;
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let bytes = 0;
  const takeTail = (chunk: Buffer): void => {
    tail.push(chunk);
    tailBytes += chunk.length;
    while (tailBytes - (tail[0]?.length ?? 0) >= tailLimit) tailBytes -= tail.shift()?.length ?? 0;
    if (tail.length > manyChunks) tail = [Buffer.concat(tail)];
  };
  return {
    take: (chunk) => {
      bytes += chunk.length;
      const room = headLimit - headBytes;
      if (room > 0) {
        const part = chunk.subarray(0, room);
        recent.push(part);
        headBytes += part.length;
        if (recent.length > manyChunks) {
          head.push(Buffer.concat(recent));
          recent = [];
        }
      }
      if (chunk.length > room) takeTail(chunk.subarray(Math.max(0, room)));
    },
    kept: () => {
      const last = Buffer.concat(tail).subarray(-tailLimit);
      const truncated = bytes > headBytes + last.length;
      const whole = Buffer.concat([...head, ...recent, ...(truncated ? [Buffer.from('\n[…]\n')] : []), last]);
      // Where the middle is missing, the cut may go through a letter; such a text cannot be read anyway.
      return { text: whole.toString('utf8'), bytes, truncated, isText: truncated || isUtf8(whole) };
    },
  };
}

function notStartedWords(problem: NodeJS.ErrnoException, file: string, cwd: string): string {
  if (problem.code === 'ENOENT') return `${file} is not found (PATH), or the directory ${cwd} does not exist`;
  if (problem.code === 'EACCES') return `${file} is not executable`;
  return problem.message;
}
