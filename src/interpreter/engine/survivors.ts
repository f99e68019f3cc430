/** Children that outlived a killed engine (M10), found by their cookie. A second copy is never started beside them. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Clock } from './clock.ts';

const waitMs = 10_000;
const pollMs = 200;

/** Waits a while for survivors to end by themselves, then ends their groups; returns when none is left. */
export async function survivorsOf(run: string, clock: Clock): Promise<void> {
  const never = new AbortController().signal;
  const end = clock.now() + waitMs;
  for (let found = find(run); found.length > 0; found = find(run)) {
    if (clock.now() >= end) {
      for (const pid of found) stop(pid);
    }
    await clock.sleep(pollMs, never);
  }
}

function find(run: string): readonly number[] {
  let names: readonly string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && carries(name, run)).map(Number);
}

function carries(pid: string, run: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`RUNBOOK_COOKIE=${run}:`);
  } catch {
    return false;
  }
}

function stop(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}
