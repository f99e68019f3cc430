/** Hosts that can be switched on and off: sessions of ssh, a service under the supervisor, and for a gatherer a database of its own. */
import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { hostFolder, setAway } from '../../hosts.ts';
import type { LabState } from '../../state.ts';
import type { Supervisor } from '../../supervisor/supervisor.ts';
import { sql } from './clients.ts';
import { usualSettings, writeSettings } from './layout.ts';
import type { Host } from './names.ts';
import { databaseOf, hosts, isGatherer, unitOf } from './names.ts';
import { emptyDatabase } from './seed.ts';
import { serviceUnit } from './units.ts';

const run = promisify(execFile);

export interface Machines {
  /** Makes settings and units; nothing runs yet. */
  prepare(): void;
  /** Switches on a host as its image has it; `userData` is run on it. */
  boot(host: Host, userData: string): Promise<void>;
  /** Nothing of the host answers any more. */
  shutDown(host: Host): Promise<void>;
  /** The host hangs: nobody gets in, and what was open does not answer. */
  freeze(host: Host): void;
}

export function createMachines(state: LabState, supervisor: Supervisor): Machines {
  return {
    prepare: () => {
      for (const host of hosts) {
        writeSettings(state, host, usualSettings(host));
        supervisor.define(serviceUnit(state, host));
      }
    },
    boot: async (host, userData) => {
      writeSettings(state, host, usualSettings(host));
      if (isGatherer(host)) await openDatabase(state, databaseOf(host), true);
      setAway(state, host, false);
      if (userData !== '') await runOn(state, host, userData);
    },
    shutDown: async (host) => {
      setAway(state, host, true);
      await supervisor.stop(unitOf(host));
      if (isGatherer(host)) await openDatabase(state, databaseOf(host), false);
    },
    freeze: (host) => {
      setAway(state, host, true);
      supervisor.kill(unitOf(host), 'SIGSTOP');
    },
  };
}

/** Where a session of ssh would run it. */
async function runOn(state: LabState, host: Host, script: string): Promise<void> {
  const cwd = hostFolder(state, host);
  const path = [join(cwd, 'bin'), process.env['PATH'] ?? ''].join(delimiter);
  await run('sh', ['-c', script], { cwd, env: { PATH: path, HOME: cwd } });
}

/** A new machine has an empty database; one that is gone has none that takes connections. */
async function openDatabase(state: LabState, database: string, open: boolean): Promise<void> {
  await sql(state, 'postgres', 'postgres', `alter database ${database} with allow_connections ${String(open)}`);
  if (open) {
    await emptyDatabase(state, database);
    return;
  }
  await sql(state, 'postgres', 'postgres', 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
    database,
  ]);
}
