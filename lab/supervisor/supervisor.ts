/** Keeps real child processes of a world alive: starts, stops, freezes and kills them, starts them again when they crash, keeps their logs. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from './child.ts';
import { startChild } from './child.ts';
import type { UnitLogs } from './logs.ts';
import { createUnitLogs } from './logs.ts';
import { recordChildren } from './leftovers.ts';
import type { Ended, LogLine, Unit, UnitStatus } from './unit.ts';

export interface Supervisor {
  /** Makes a unit known, stopped; replaces what a known unit is from its next start on. */
  define(unit: Unit): void;
  /** Stops and forgets it; its log stays. */
  remove(name: string): Promise<void>;
  /** Returns when the process exists; what it needs to work is the caller's to wait for. No-op while it runs. */
  start(name: string): Promise<void>;
  /** The stop signal of the unit, then SIGKILL after `stopWithin`; returns when it has ended. */
  stop(name: string): Promise<void>;
  restart(name: string): Promise<void>;
  /** Sends a signal to the unit and its children: SIGKILL crashes it, SIGSTOP freezes it, SIGCONT thaws it. */
  kill(name: string, signal: NodeJS.Signals): void;
  status(name: string): UnitStatus | undefined;
  list(): readonly UnitStatus[];
  /** Lines in order, also those of processes before. */
  log(name: string): readonly LogLine[];
  clearLogs(): void;
  close(): Promise<void>;
}

interface Slot {
  unit: Unit;
  state: UnitStatus['state'];
  child: Child | undefined;
  /** Somebody wants it to run. */
  wanted: boolean;
  frozen: boolean;
  restarts: number;
  startedAt: string | undefined;
  ended: Ended | undefined;
  /** When it was started, milliseconds; those within the window of the limit. */
  starts: readonly number[];
  again: NodeJS.Timeout | undefined;
}

const defaults = {
  restart: 'on-failure',
  restartAfter: 100,
  startLimit: 5,
  startWindow: 10_000,
  stopSignal: 'SIGTERM',
  stopWithin: 5000,
} as const;

export function createSupervisor(run: string): Supervisor {
  const folder = join(run, 'units');
  mkdirSync(folder, { recursive: true });
  const logs = createUnitLogs(folder);
  const slots = new Map<string, Slot>();
  const record = (): void => {
    recordChildren(
      run,
      [...slots.values()].flatMap(({ child }) => (child === undefined ? [] : [child.process])),
    );
  };
  const slotOf = (name: string): Slot => {
    const slot = slots.get(name);
    if (slot === undefined) throw new Error(`unknown unit ${name}; known: ${[...slots.keys()].join(', ')}`);
    return slot;
  };
  const stop = async (name: string): Promise<void> => {
    await stopSlot(slotOf(name), logs);
    record();
  };
  const start = async (name: string): Promise<void> => {
    const slot = slotOf(name);
    if (slot.child !== undefined) return;
    clearTimeout(slot.again);
    slot.wanted = true;
    slot.starts = [];
    slot.restarts = 0;
    await spawnSlot(slot, logs, record);
  };
  return {
    define: (unit) => {
      const known = slots.get(unit.name);
      if (known === undefined) slots.set(unit.name, emptySlot(unit));
      else known.unit = unit;
    },
    remove: async (name) => {
      await stop(name);
      slots.delete(name);
    },
    start,
    stop,
    restart: async (name) => {
      await stop(name);
      await start(name);
    },
    kill: (name, signal) => {
      const slot = slotOf(name);
      if (slot.child?.kill(signal) !== true) throw new Error(`${name} does not run`);
      if (signal === 'SIGSTOP') slot.frozen = true;
      if (signal === 'SIGCONT') slot.frozen = false;
    },
    status: (name) => {
      const slot = slots.get(name);
      if (slot?.state === 'waiting') slot.again ??= startLater(slot, logs, record);
      return slot === undefined ? undefined : statusOf(slot);
    },
    list: () => [...slots.values()].map(statusOf),
    log: (name) => logs.read(name),
    clearLogs: () => {
      logs.clear();
    },
    close: async () => {
      await Promise.all([...slots.values()].map((slot) => stopSlot(slot, logs)));
      record();
    },
  };
}

const emptySlot = (unit: Unit): Slot => ({
  unit,
  state: 'stopped',
  child: undefined,
  wanted: false,
  frozen: false,
  restarts: 0,
  startedAt: undefined,
  ended: undefined,
  starts: [],
  again: undefined,
});

function statusOf({ unit, state, child, startedAt, restarts, ended, frozen }: Slot): UnitStatus {
  return {
    unit,
    state,
    restarts,
    frozen,
    ...(child === undefined ? {} : { pid: child.process.pid }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(ended === undefined ? {} : { ended }),
  };
}

async function spawnSlot(slot: Slot, logs: UnitLogs, record: () => void): Promise<void> {
  const { unit } = slot;
  const now = Date.now();
  slot.starts = [...slot.starts.filter((at) => at > now - (unit.startWindow ?? defaults.startWindow)), now];
  slot.startedAt = new Date(now).toISOString();
  try {
    slot.child = await startChild(unit, (pid, line) => {
      logs.add(unit.name, pid, line);
    });
  } catch (problem) {
    slot.state = 'failed';
    slot.wanted = false;
    logs.add(unit.name, 1, `${unit.name}: failed to start: ${problem instanceof Error ? problem.message : String(problem)}`);
    throw problem;
  }
  slot.state = 'running';
  slot.frozen = false;
  logs.add(unit.name, 1, `Started ${unit.name}.`);
  record();
  void slot.child.ended.then((ended) => {
    slot.child = undefined;
    slot.ended = ended;
    record();
    if (slot.wanted) afterCrash(slot, logs, record);
    else slot.state = 'stopped';
  });
}

function afterCrash(slot: Slot, logs: UnitLogs, record: () => void): void {
  const { unit, ended } = slot;
  const failed = ended?.code !== 0;
  const policy = unit.restart ?? defaults.restart;
  logs.add(unit.name, 1, `${unit.name}: main process exited, ${howItEnded(ended)}`);
  if (policy === 'never' || (policy === 'on-failure' && !failed)) {
    slot.wanted = false;
    slot.state = failed ? 'failed' : 'stopped';
    return;
  }
  if (slot.starts.length >= (unit.startLimit ?? defaults.startLimit)) {
    slot.wanted = false;
    slot.state = 'failed';
    logs.add(unit.name, 1, `${unit.name}: start request repeated too quickly; left failed`);
    return;
  }
  slot.state = 'waiting';
  slot.again = unit.restartOnceSeen === true ? undefined : startLater(slot, logs, record);
}

const startLater = (slot: Slot, logs: UnitLogs, record: () => void): NodeJS.Timeout =>
  setTimeout(() => {
    slot.restarts += 1;
    spawnSlot(slot, logs, record).catch(() => undefined);
  }, slot.unit.restartAfter ?? defaults.restartAfter);

const howItEnded = (ended: Ended | undefined): string =>
  ended?.signal === null || ended === undefined
    ? `code=exited, status=${String(ended?.code ?? 0)}`
    : `code=killed, signal=${ended.signal}`;

async function stopSlot(slot: Slot, logs: UnitLogs): Promise<void> {
  clearTimeout(slot.again);
  slot.wanted = false;
  const { child, unit } = slot;
  if (child === undefined) {
    slot.state = 'stopped';
    return;
  }
  logs.add(unit.name, 1, `Stopping ${unit.name}...`);
  child.kill(unit.stopSignal ?? defaults.stopSignal);
  child.kill('SIGCONT');
  const within = new AbortController();
  const late = sleep(unit.stopWithin ?? defaults.stopWithin, 'late', { signal: within.signal }).catch(() => undefined);
  if ((await Promise.race([child.ended, late])) === 'late') {
    logs.add(unit.name, 1, `${unit.name}: stop timed out, killing`);
    child.kill('SIGKILL');
  }
  within.abort();
  await child.ended;
  slot.frozen = false;
  slot.state = 'stopped';
  logs.add(unit.name, 1, `Stopped ${unit.name}.`);
}
