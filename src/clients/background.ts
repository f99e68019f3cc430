/**
 * What a child leaves running when it has ended: members of its process group, and whoever left the group but carries its cookie in the environment.
 * A child that clears its environment and leaves the group is not found.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { firstPart } from '../interpreter/port/text.ts';

export interface LeftProcess {
  readonly pid: number;
  /** Its command line, cut; empty where the system does not tell. */
  readonly command: string;
}

/** What is just about to end by itself is not left behind. */
const settleMs = 100;
const commandLimit = 200;

export async function leftBehind(pid: number, cookie: string, durationMs: number): Promise<readonly LeftProcess[]> {
  if (find(pid, cookie, durationMs).length === 0) return [];
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  return find(pid, cookie, durationMs);
}

export function endProcesses(group: number, processes: readonly LeftProcess[]): void {
  if (processes.length === 0) return;
  killGroup(group, 'SIGKILL');
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ended meanwhile
    }
  }
}

export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // the group has ended
  }
}

function find(pid: number, cookie: string, durationMs: number): readonly LeftProcess[] {
  if (process.platform !== 'linux') return groupExists(pid) ? [{ pid, command: '' }] : [];
  const possible = durationMs < shortMs ? bornAfter(pid) : () => true;
  if (possible === undefined) return [];
  const grouped = groupExists(pid);
  const mark = `RUNBOOK_COOKIE=${cookie}\u0000`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((other) => (grouped && isLivingMember(other, pid)) || (possible(other) && carries(other, mark)))
    .map((other) => ({ pid: other, command: commandOf(other) }));
}

function groupExists(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A member that has ended and was not collected is nothing to tell of. */
function isLivingMember(pid: number, group: number): boolean {
  const stat = textOf(pid, 'stat');
  const [state, , member] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(member) === group && state !== 'Z' && state !== 'X';
}

const carries = (pid: number, mark: string): boolean => textOf(pid, 'environ').includes(mark);

const commandOf = (pid: number): string => firstPart(textOf(pid, 'cmdline').replaceAll('\0', ' ').trim(), commandLimit);

/** Empty: it has ended, or is somebody else's. */
function textOf(pid: number, name: 'stat' | 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${name}`, name === 'cmdline' ? 'utf8' : 'latin1');
  } catch {
    return '';
  }
}

/** Within it process numbers cannot have wrapped around: 32,768 of them at least. */
const shortMs = 1000;

/**
 * Whether a process may have been born after this one; undefined when none was, so that it left no child either: numbers are given in turn, and the last one tells whether they began again.
 * Reading the environment of every process of the machine costs more than the child of a short step itself.
 */
function bornAfter(pid: number): ((other: number) => boolean) | undefined {
  const last = lastNumber();
  if (last === undefined) return () => true;
  if (last === pid) return undefined;
  return (other) => other > pid || (last < pid && other <= last);
}

/** The number given last; undefined where the kernel does not say so itself (containers may show an older one). */
function lastNumber(): number | undefined {
  try {
    if (statSync('/proc/loadavg').dev !== statSync('/proc').dev) return undefined;
    const last = Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1));
    return Number.isInteger(last) && last > 0 ? last : undefined;
  } catch {
    return undefined;
  }
}
