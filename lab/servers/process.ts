/** Operating-system processes of the lab: started, recognised again by pid and start time, and ended without touching any other. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that we started. `start` is its start time in clock ticks since boot: a reused pid has another one. */
export interface Process {
  readonly name: string;
  readonly pid: number;
  readonly start: string;
}

export interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** File that receives stdout and stderr. */
  readonly log: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** true: in a session of its own, so that it outlives us and gets no Ctrl-C meant for us. */
  readonly detached: boolean;
}

/** What starts a process, for whoever keeps it. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** Starts a process; throws when the command does not exist. */
export async function launch(what: Launch): Promise<Process> {
  mkdirSync(dirname(what.log), { recursive: true });
  const log = openSync(what.log, 'a');
  try {
    const child = spawn(what.command, what.args, {
      stdio: ['ignore', log, log],
      detached: what.detached,
      env: { ...process.env, ...what.env },
      ...(what.cwd === undefined ? {} : { cwd: what.cwd }),
    });
    const pid = child.pid;
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    if (pid === undefined) return await failed;
    failed.catch(() => undefined);
    child.unref();
    return processOf(what.name, pid);
  } finally {
    closeSync(log);
  }
}

/** A process that runs now, so that it is recognised later. */
export const processOf = (name: string, pid: number): Process => ({ name, pid, start: statOf(pid)?.start ?? '' });

export function alive(one: Process): boolean {
  const stat = statOf(one.pid);
  return stat !== undefined && stat.start === one.start && !'ZX'.includes(stat.state);
}

/** Sends a signal to exactly this process; false when it is gone or its pid belongs to somebody else by now. */
export function signal(one: Process, name: NodeJS.Signals): boolean {
  if (!alive(one)) return false;
  try {
    return process.kill(one.pid, name);
  } catch {
    return false;
  }
}

/** Ends processes: the given signal, then KILL after the grace (milliseconds). Returns when all are gone. */
export async function end(all: readonly Process[], grace = 5000, how: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  for (const one of all) {
    signal(one, how);
    signal(one, 'SIGCONT');
  }
  if (await gone(all, grace)) return;
  for (const one of all) signal(one, 'SIGKILL');
  if (!(await gone(all, 5000)))
    throw new Error(
      `still running after SIGKILL: ${all
        .filter(alive)
        .map((one) => one.name)
        .join(', ')}`,
    );
}

async function gone(all: readonly Process[], within: number): Promise<boolean> {
  const deadline = performance.now() + within;
  while (all.some(alive)) {
    if (performance.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}

function statOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // the command in parentheses may contain blanks and parentheses
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? 'X', start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

/**
 * Ports on loopback that were free a moment ago; distinct. The kernel gives none of them to an outgoing connection, so a server may still be
 * started there much later, or again after it was stopped.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const highest = firstEphemeralPort() - 1;
  const found = new Set<number>();
  for (let tries = 0; found.size < count && tries < 100 * count; tries += 1) {
    const port = randomInt(lowestPort, highest);
    if (await isFree(port)) found.add(port);
  }
  if (found.size < count) throw new Error(`no ${String(count)} free ports between ${String(lowestPort)} and ${String(highest)}`);
  return [...found];
}

const lowestPort = 10_000;

function firstEphemeralPort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  } catch {
    return 32_768;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });

/**
 * Polls until the probe answers true; a throwing probe counts as "not yet". Fails at the deadline (milliseconds from now), or at once
 * when the process has ended; the message shows the end of its log.
 */
export async function ready(
  what: string,
  probe: () => Promise<boolean>,
  options: { readonly within: number; readonly of?: Process; readonly log?: string },
): Promise<void> {
  const deadline = performance.now() + options.within;
  let last = '';
  for (;;) {
    try {
      if (await probe()) return;
      last = 'not yet';
    } catch (problem) {
      last = problem instanceof Error ? problem.message : String(problem);
    }
    const ended = options.of !== undefined && !alive(options.of);
    if (ended || performance.now() > deadline) {
      throw new Error(
        `${what} ${ended ? 'ended while starting' : `is not ready after ${String(options.within)} ms`}: ${last}${tail(options.log)}`,
      );
    }
    await sleep(25);
  }
}

function tail(log: string | undefined): string {
  if (log === undefined) return '';
  try {
    return `\n${readFileSync(log, 'utf8').trimEnd().split('\n').slice(-8).join('\n')}\n(${log})`;
  } catch {
    return '';
  }
}

/** GET that fails within a time, milliseconds; the body as text, or undefined unless the status is 200. */
export async function fetchText(url: string, within = 1000): Promise<string | undefined> {
  const reply = await fetch(url, { signal: AbortSignal.timeout(within) });
  const text = await reply.text();
  return reply.status === 200 ? text : undefined;
}
