/** PostgreSQL of the ledger: a primary, a standby that streams from it, the archive of its log, base backups, and a staging server to restore on. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { asPostgres, makeCluster, makePostgresDirectory, serveCluster } from '../../../servers/postgres.ts';
import {
  asStandby,
  copyCluster,
  isRecovering,
  recoverySettings,
  takesWrites,
  unpackBackup,
} from '../../../servers/postgres-cluster.ts';
import { createQueue } from '../../../process/queue.ts';
import type { LabState } from '../../../state.ts';
import { portOf } from '../../../state.ts';
import type { Supervisor } from '../../../supervisor/supervisor.ts';
import { eventually } from '../brokers.ts';
import type { Layout } from '../layout.ts';
import type { DatabaseServer } from '../names.ts';
import { databaseServers, ledgerDatabase, ledgerServers } from '../names.ts';
import { grants, roles, tables } from '../schema.ts';
import type { Backup } from './catalogue.ts';
import { labelOf, readCatalogue, writeCatalogue } from './catalogue.ts';
import { sql } from './sql.ts';

export type Until = Date | 'immediate' | 'latest';

export interface LedgerServers {
  /** A primary with empty tables, a standby and a backup. */
  prepare(): Promise<void>;
  /** Whether the primary and its standby are as `prepare` has left them, but for what is in the tables. */
  isUsual(): Promise<boolean>;
  /** Makes all of it anew, in two seconds. */
  rebuild(): Promise<void>;
  /** The staging server is stopped and has no data. */
  clearStaging(): Promise<void>;
  backUp(): Promise<Backup>;
  /** The server is stopped; it recovers when it is started. Throws in the words of an operator. */
  restore(server: DatabaseServer, label: string, until: Until): Promise<void>;
  /** The server is stopped; it follows the primary when it is started. */
  follow(server: DatabaseServer): Promise<void>;
  /** The server ends at once, and its files are no longer those of a database. */
  destroy(server: DatabaseServer): Promise<void>;
  isRunning(server: DatabaseServer): boolean;
  backupFolder(label: string): string;
  close(): Promise<void>;
}

const standbyServer: DatabaseServer = 'postgres-standby';
const stagingServer: DatabaseServer = 'postgres-staging';

/** Small segments, closed after some seconds: the archive is never far behind. */
const initFlags = ['--wal-segsize=1'];

export function createLedgerServers(state: LabState, supervisor: Supervisor, layout: Layout): LedgerServers {
  const root = makePostgresDirectory();
  const dataOf = (server: DatabaseServer): string => join(root, 'data', server);
  const [archive, backups] = [join(root, 'archive'), join(root, 'backups')];
  // As the first start has left them: a primary that was stopped, and the log and the backup until then.
  const golden = { data: join(root, 'golden'), archive: join(root, 'golden-archive'), backups: join(root, 'golden-backups') };
  const touched = new Set<DatabaseServer>();
  // A restore goes on when whoever has asked for it was ended: a heal waits for it.
  const exclusive = createQueue();
  const settings = {
    archive_mode: 'on',
    // Moved into place when it is whole: a restore may read the archive at any moment.
    archive_command: `test -f ${archive}/%f || { cp %p ${archive}/%f.part && mv ${archive}/%f.part ${archive}/%f; }`,
    archive_timeout: '5s',
    wal_keep_size: '64MB',
    max_connections: '60',
  };
  const define = (server: DatabaseServer, more: Readonly<Record<string, string>> = {}): void => {
    // What staging writes after a restore is a history of its own: in the archive, the next restore would follow it.
    const archiving = server === stagingServer ? { archive_mode: 'off' } : {};
    const command = serveCluster({ data: dataOf(server), port: portOf(state, server) }, { ...settings, ...archiving, ...more });
    supervisor.define({ name: server, container: server, command, cwd: root, restart: 'never', stopSignal: 'SIGINT' });
  };
  const isRunning = (server: DatabaseServer): boolean => supervisor.status(server)?.state === 'running';
  const clear = async (folder: string): Promise<void> => {
    rmSync(folder, { recursive: true, force: true });
    await asPostgres(['mkdir', '-p', '-m', '700', folder], root);
  };
  const startPrimary = async (): Promise<void> => {
    define('postgres');
    await supervisor.start('postgres');
    await takesWrites(portOf(state, 'postgres'), 'postgres');
  };
  const follow = async (server: DatabaseServer): Promise<void> => {
    await clear(dataOf(server));
    await copyCluster(portOf(state, 'postgres'), dataOf(server), 'follow');
    define(server);
  };
  const copy = (from: string, to: string): Promise<void> => asPostgres(['cp', '-a', `${from}/.`, to], root);
  const backUp = async (): Promise<Backup> => {
    const startedAt = new Date();
    const label = labelOf(startedAt);
    const walStart = await walFile(state);
    await clear(join(backups, label));
    await copyCluster(portOf(state, 'postgres'), join(backups, label), 'verifiable');
    const finishedAt = new Date();
    const walStop = await walFile(state);
    // A backup is done once the log that it needs is in the archive, as with pgBackRest.
    await sql(state, 'postgres', 'select pg_switch_wal()', { user: 'postgres' });
    await eventually('the log of the backup is in the archive', 60_000, () =>
      Promise.resolve(archived(layout).includes(walStop)),
    );
    const made = { label, startedAt: startedAt.toISOString(), finishedAt: finishedAt.toISOString(), walStart, walStop };
    writeCatalogue(layout.backups, [...readCatalogue(layout.backups).filter((one) => one.label !== label), made]);
    return made;
  };
  const makeFromGolden = async (): Promise<void> => {
    await Promise.all([archive, backups, ...databaseServers.map(dataOf)].map(clear));
    await Promise.all([
      copy(golden.archive, archive),
      copy(golden.backups, backups),
      ...ledgerServers.map((server) => copy(golden.data, dataOf(server))),
    ]);
    await Promise.all([startPrimary(), asStandby(dataOf(standbyServer), portOf(state, 'postgres'))]);
    for (const server of [standbyServer, stagingServer]) define(server);
    await supervisor.start(standbyServer);
    await eventually('the standby follows', 180_000, () => isStreaming(state));
    touched.clear();
  };
  return {
    prepare: async () => {
      const links = { [layout.archive]: archive, [layout.backups]: backups, [layout.data]: join(root, 'data') };
      await Promise.all([archive, backups, ...Object.values(golden), ...databaseServers.map(dataOf)].map(clear));
      for (const [link, to] of Object.entries(links)) if (!existsSync(link)) symlinkSync(to, link);
      mkdirSync(layout.evidence, { recursive: true });
      await makeCluster(dataOf('postgres'), initFlags);
      await startPrimary();
      for (const role of roles) await sql(state, 'postgres', role, { database: 'postgres', user: 'postgres' });
      await sql(state, 'postgres', grants, { user: 'postgres' });
      await sql(state, 'postgres', tables);
      writeCatalogue(layout.backups, []);
      await backUp();
      await supervisor.stop('postgres');
      await Promise.all([copy(dataOf('postgres'), golden.data), copy(archive, golden.archive), copy(backups, golden.backups)]);
      await makeFromGolden();
    },
    isUsual: async () =>
      !ledgerServers.some((server) => touched.has(server)) &&
      (await isRecovering(portOf(state, 'postgres'), ledgerDatabase)) === false &&
      (await isRecovering(portOf(state, 'postgres-standby'), ledgerDatabase)) === true &&
      (await isStreaming(state)),
    rebuild: () =>
      exclusive(async () => {
        await Promise.all(databaseServers.map((server) => supervisor.stop(server)));
        await makeFromGolden();
      }),
    clearStaging: () =>
      exclusive(async () => {
        await supervisor.stop(stagingServer);
        if (!touched.delete(stagingServer)) return;
        await clear(dataOf(stagingServer));
        define(stagingServer);
      }),
    backUp: () => exclusive(backUp),
    restore: (server, label, until) =>
      exclusive(async () => {
        touched.add(server);
        await clear(dataOf(server));
        await unpackBackup(join(backups, label), dataOf(server));
        define(server, recoverySettings(archive, until));
      }),
    follow: (server) =>
      exclusive(async () => {
        touched.add(server);
        await follow(server);
      }),
    destroy: (server) =>
      exclusive(async () => {
        touched.add(server);
        await supervisor.stop(server);
        rmSync(join(dataOf(server), 'global', 'pg_control'));
      }),
    isRunning,
    backupFolder: (label) => join(backups, label),
    close: async () => {
      await Promise.all(databaseServers.map((server) => supervisor.stop(server)));
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function isStreaming(state: LabState): Promise<boolean> {
  const rows = await sql(
    state,
    'postgres',
    `select count(*)::int as standbys from pg_stat_replication where state = 'streaming'`,
  ).catch(() => []);
  return rows[0]?.['standbys'] === 1;
}

const walFile = async (state: LabState): Promise<string> =>
  String(
    (await sql(state, 'postgres', 'select pg_walfile_name(pg_current_wal_lsn()) as name', { user: 'postgres' }))[0]?.['name'] ??
      '',
  );

/** Segments of the log in the archive, in order. */
export const archived = (layout: Layout): readonly string[] =>
  readdirSync(layout.archive)
    .filter((name) => /^[0-9A-F]{24}$/.test(name))
    .sort();
