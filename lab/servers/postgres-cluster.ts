/** What a world does with whole clusters of PostgreSQL: copies them, follows them, restores them up to a moment. */
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { findPostgres } from './find.ts';
import { asPostgres } from './postgres.ts';

/**
 * Copies a cluster that runs into an empty folder of the user of the server. `backup`: its log is elsewhere; `verifiable`: the same, with a manifest
 * that pg_verifybackup reads; `follow`: the copy begins as a standby.
 */
export async function copyCluster(port: number, into: string, how: 'backup' | 'verifiable' | 'follow'): Promise<void> {
  const program = join(dirname(findPostgres()?.postgres ?? ''), 'pg_basebackup');
  const from = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
  await asPostgres([program, ...from, '-D', into, '-c', 'fast', '--no-sync', ...copies[how]], into);
}

const copies = {
  backup: ['-X', 'none', '--no-manifest'],
  verifiable: ['-X', 'none'],
  follow: ['-X', 'stream', '-R'],
} as const;

/** Puts a backup into an empty folder, so that its server recovers when it starts. `into` belongs to the user of the server. */
export async function unpackBackup(backup: string, into: string): Promise<void> {
  await asPostgres(['cp', '-a', `${backup}/.`, into], into);
  await asPostgres(['touch', join(into, 'recovery.signal')], into);
}

/** Makes a copy of a cluster that was stopped, or that has not begun, follow the server at this port. */
export async function asStandby(data: string, port: number): Promise<void> {
  const follows = `primary_conninfo = 'host=127.0.0.1 port=${String(port)} user=postgres'`;
  await asPostgres(
    ['sh', '-c', 'echo "$1" >> "$2/postgresql.auto.conf" && touch "$2/standby.signal"', 'sh', follows, data],
    data,
  );
}

/** Settings of a server that recovers from a folder with the log, until a moment; undefined: as far as the backup needs. */
export function recoverySettings(log: string, until: Date | 'immediate' | 'latest'): Readonly<Record<string, string>> {
  const target: Readonly<Record<string, string>> =
    until === 'latest'
      ? {}
      : until === 'immediate'
        ? { recovery_target: 'immediate' }
        : { recovery_target_time: asPostgresTime(until) };
  return { restore_command: `cp ${log}/%f %p`, recovery_target_action: 'promote', ...target };
}

/** A setting on the command line knows no zone by its name, not even Z. */
const asPostgresTime = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', '+00');

/** Ends without waiting for clients, which TERM would do. */
export async function endFast(supervisor: Supervisor, unit: string): Promise<void> {
  const isRunning = (): boolean => supervisor.status(unit)?.state === 'running';
  if (!isRunning()) return;
  supervisor.kill(unit, 'SIGINT');
  while (isRunning()) await sleep(20);
}

/** Whether the server at this port recovers (`true`: a standby is one); undefined: it does not answer. */
export async function isRecovering(port: number, database: string): Promise<boolean | undefined> {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database, connectionTimeoutMillis: 1000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ recovering: boolean }>('select pg_is_in_recovery() as recovering');
    return rows[0]?.recovering;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Returns once the server takes writes; throws after 60 s. */
export async function takesWrites(port: number, database: string): Promise<void> {
  for (const deadline = performance.now() + 20_000; performance.now() < deadline; await sleep(50))
    if ((await isRecovering(port, database)) === false) return;
  throw new Error(`the database server at port ${String(port)} takes no writes after 60 s`);
}
