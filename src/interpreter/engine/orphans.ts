/**
 * Children that outlived a killed engine (M10), found by their cookie. A second copy is never started beside them: they get a while to end
 * by themselves, then their process group is ended. What was found is recorded on the attempt that had started it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Observation, Stamped } from '../core/model/event.ts';
import { statOf } from '../store/processes.ts';
import type { Clock } from './clock.ts';

type Noted = Extract<Observation, { type: 'attempt.noted' }>;

const waitMs = 10_000;
const pollMs = 200;

interface Survivor {
  readonly pid: number;
  readonly key: string;
  readonly n: number;
}

/** Attempts that no engine has seen the end of. What a finished attempt left running was told and dealt with when it ended. */
export function unfinishedIn(records: readonly Stamped[]): ReadonlySet<string> {
  const unfinished = new Set<string>();
  for (const record of records) {
    if (record.type === 'attempt.started') unfinished.add(nameOf(record));
    else if (record.type === 'attempt.finished') unfinished.delete(nameOf(record));
  }
  return unfinished;
}

const nameOf = ({ key, n }: { readonly key: string; readonly n: number }): string => `${key}#${String(n)}`;

/** Returns when none of those attempts has a process left. */
export async function survivorsOf(run: string, attempts: ReadonlySet<string>, clock: Clock): Promise<readonly Noted[]> {
  const never = new AbortController().signal;
  const seen = new Map<string, Survivor & { readonly pids: Set<number>; killed: boolean }>();
  const end = clock.now() + waitMs;
  const find = (): readonly Survivor[] => carriers(run).filter((one) => attempts.has(nameOf(one)));
  for (let found = find(); found.length > 0; found = find()) {
    const late = clock.now() >= end;
    for (const one of found) {
      const id = nameOf(one);
      const attempt = seen.get(id) ?? { ...one, pids: new Set<number>(), killed: false };
      seen.set(id, attempt);
      attempt.pids.add(one.pid);
      if (late) {
        attempt.killed = true;
        stop(one.pid);
      }
    }
    await clock.sleep(pollMs, never);
  }
  return [...seen.values()].map(({ key, n, pids, killed }) => ({
    type: 'attempt.noted',
    key,
    n,
    note: 'survivor',
    data: { processes: [...pids], ended: killed ? 'by the engine, after 10 s' : 'by themselves' },
  }));
}

function carriers(run: string): readonly Survivor[] {
  let names: readonly string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).flatMap((name) => survivor(name, run) ?? []);
}

/** A cookie is `<run>:<key>:<n>`; keys have no colon. */
function survivor(name: string, run: string): Survivor | undefined {
  try {
    const environment = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0');
    const cookie = environment.find((one) => one.startsWith(`RUNBOOK_COOKIE=${run}:`))?.split(':');
    const [, key, n] = cookie ?? [];
    return key === undefined ? undefined : { pid: Number(name), key, n: Number(n) };
  } catch {
    return undefined;
  }
}

/** The whole group of the child: it was started as the leader of one of its own, and its children are in it or carry the cookie themselves. */
function stop(pid: number): void {
  for (const target of [-groupOf(pid), pid]) {
    try {
      if (target !== 0 && target !== -groupOf(process.pid)) process.kill(target, 'SIGKILL');
    } catch {
      // it has ended meanwhile
    }
  }
}

/** 0: it has ended. */
const groupOf = (pid: number): number => Number(statOf(pid)[2] ?? 0);
