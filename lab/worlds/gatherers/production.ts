/** The production database: a PostgreSQL of its own that can be stopped, and restored into another from its backup and its log. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabases, makeCluster, makePostgresDirectory, serveCluster } from '../../servers/postgres.ts';
import { copyCluster, endFast, recoverySettings, takesWrites, unpackBackup } from '../../servers/postgres-cluster.ts';
import type { LabState } from '../../state.ts';
import { portOf } from '../../state.ts';
import type { Supervisor } from '../../supervisor/supervisor.ts';
import { sql } from './clients.ts';
import { productionDatabase } from './names.ts';
import { tables } from './services/market.ts';

export interface Production {
  prepare(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  isRunning(): boolean;
  /** Copies the cluster; replaces the backup before. */
  backUp(): Promise<void>;
  /** Commits a transaction: a restore up to a moment ends at the first commit after it, and fails without one. */
  commit(): Promise<void>;
  /** Starts the restored cluster; `until` undefined: the backup as it is. Returns when it takes writes. */
  restore(until: Date | undefined): Promise<void>;
  dropRestored(): Promise<void>;
  close(): Promise<void>;
}

/** The log since the backup is kept: a restore reads it. */
const keptLog = { wal_keep_size: '512MB', max_wal_size: '1GB' };
const servers = { production: 'postgres@production', restored: 'postgres@restored' } as const;
type Server = keyof typeof servers;

export function createProduction(state: LabState, supervisor: Supervisor): Production {
  const data = makePostgresDirectory();
  let backup: string | undefined;
  let restored: string | undefined;
  const remove = (folder: string | undefined): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  const define = (server: Server, folder: string, settings: Readonly<Record<string, string>>): void => {
    const command = serveCluster({ data: folder, port: portOf(state, server) }, settings);
    supervisor.define({ name: servers[server], command, cwd: folder, restart: 'never' });
  };
  const stop = (server: Server): Promise<void> => endFast(supervisor, servers[server]);
  const start = async (): Promise<void> => {
    await supervisor.start(servers.production);
    await takesWrites(portOf(state, 'production'), 'postgres');
  };
  const dropRestored = async (): Promise<void> => {
    await stop('restored');
    remove(restored);
    restored = undefined;
  };
  return {
    prepare: async () => {
      await makeCluster(data);
      define('production', data, keptLog);
      await start();
      await createDatabases(portOf(state, 'production'), { [productionDatabase]: tables });
    },
    start,
    stop: () => stop('production'),
    isRunning: () => supervisor.status(servers.production)?.state === 'running',
    backUp: async () => {
      remove(backup);
      backup = makePostgresDirectory();
      await copyCluster(portOf(state, 'production'), backup, 'backup');
    },
    commit: async () => {
      await sql(state, 'production', productionDatabase, 'select txid_current()');
    },
    restore: async (until) => {
      if (backup === undefined) throw new Error('there is no backup');
      await dropRestored();
      restored = makePostgresDirectory();
      await unpackBackup(backup, restored);
      define('restored', restored, recoverySettings(join(data, 'pg_wal'), until ?? 'immediate'));
      await supervisor.start(servers.restored);
      await takesWrites(portOf(state, 'restored'), productionDatabase);
    },
    dropRestored,
    close: async () => {
      await Promise.all([stop('production'), stop('restored')]);
      for (const folder of [data, backup, restored]) remove(folder);
    },
  };
}
