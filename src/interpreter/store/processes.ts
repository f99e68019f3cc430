/** Identity of processes on one host: a pid alone may be another process by now (F7). Linux's /proc; elsewhere liveness by signal 0. */
import { readFileSync } from 'node:fs';

/**
 * Start time of a process in clock ticks since boot, as text; undefined when there is no such process. One that has ended but whose parent has not
 * collected it (a zombie: PID 1 of many containers collects nothing) is not there any more either.
 */
export function startTimeOf(pid: number): string | undefined {
  const [state, ...rest] = statOf(pid);
  return state === undefined || state === 'Z' || state === 'X' ? undefined : rest[18];
}

/** The fields of /proc/PID/stat from the state on, which follows the name; the name may contain anything. Empty: there is no such process. */
export function statOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Identity of this boot of the machine; `unknown` where the system does not tell. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
  readonly boot: string;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startTime: startTimeOf(process.pid) ?? 'unknown', boot: bootId() };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identity.boot === bootId() && startTimeOf(identity.pid) === identity.startTime;
}
