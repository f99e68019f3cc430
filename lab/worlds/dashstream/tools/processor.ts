/** How busy a container is, in percent of one core. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { containers } from '../names.ts';
import type { System } from '../system.ts';

const measuredMs = 200;
/** Clock ticks a second. */
const ticks = 100;
/** What a server that only seems to compute would take. */
const busy = 95;

export async function processorShare(system: System, container: string): Promise<number> {
  const pid = system.supervisor.status(container)?.pid;
  if (pid === undefined) return 0;
  const { batchMs } = system.affliction().untilRestart;
  if (container === containers['websocket-server'] && batchMs !== undefined && !system.isRestarted(container)) return busy;
  const before = ticksOf(pid);
  await sleep(measuredMs);
  return ((ticksOf(pid) - before) / ticks / (measuredMs / 1000)) * 100;
}

function ticksOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
