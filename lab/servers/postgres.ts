/** A PostgreSQL of its own; the server refuses to run as root, so root starts it as the user `postgres`. */
import { execFile } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, escapeIdentifier } from 'pg';
import { findPostgres, need } from './find.ts';
import type { Process } from './process.ts';
import { launch, ready } from './process.ts';

const run = promisify(execFile);

export interface PostgresOptions {
  readonly directory: string;
  /** From `makePostgresDirectory`. */
  readonly data: string;
  readonly port: number;
  readonly detached: boolean;
}

/** Apart from the lab's folder: every parent must be searchable by the user postgres, and a home of root is not. */
export function makePostgresDirectory(): string {
  const made = mkdtempSync(join(tmpdir(), 'runbook-lab-postgres-'));
  const owner = postgresUser();
  if (owner !== undefined) chownSync(made, owner.uid, owner.gid);
  return made;
}

/** `keep`: the data of a former start are there and stay. */
export async function launchPostgres(options: PostgresOptions, keep = false): Promise<Process> {
  if (!keep) await makeCluster(options.data);
  const [command, ...args] = serveCluster(options);
  const log = join(options.directory, 'postgres.log');
  return launch({ name: 'postgres', command, args, log, cwd: options.data, detached: options.detached });
}

/** Makes a cluster without databases of its own in a folder of `makePostgresDirectory`. `more`: further flags of initdb. */
export async function makeCluster(data: string, more: readonly string[] = []): Promise<void> {
  const flags = ['-U', 'postgres', '--auth=trust', '--no-sync', '--no-instructions', '-E', 'UTF8', '--locale=C'];
  await asPostgres([programs().initdb, '-D', data, ...flags, ...more], data);
}

/** The command that serves a cluster. `settings`: further ones, as in postgresql.conf. */
export function serveCluster(
  { data, port }: Pick<PostgresOptions, 'data' | 'port'>,
  settings: Readonly<Record<string, string>> = {},
): readonly [string, ...string[]] {
  const all = Object.entries({ fsync: 'off', ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return withUser([programs().postgres, '-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', data, ...all]);
}

/** Runs a program of PostgreSQL as the user that owns its data. */
export async function asPostgres(command: readonly [string, ...string[]], cwd: string): Promise<void> {
  const [program, ...args] = withUser(command);
  await run(program, args, { cwd });
}

function programs(): NonNullable<ReturnType<typeof findPostgres>> {
  const found = findPostgres();
  if (found === undefined) throw new Error('PostgreSQL is not installed; run: node dist/lab.js install');
  return found;
}

/** Ready: it answers a request for encryption, which it does only once it takes connections and not while it recovers. */
export const postgresReady = (options: PostgresOptions, one: Process): Promise<void> =>
  ready(
    'postgres',
    async () => (await accepts(options.port)) && readFileSync(join(options.data, 'postmaster.pid'), 'utf8').includes('ready'),
    {
      within: 30_000,
      of: one,
      log: join(options.directory, 'postgres.log'),
    },
  );

const encryptionRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(encryptionRequest));
    socket.setTimeout(1000, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
    socket.on('data', (reply) => {
      socket.destroy();
      resolve(reply.toString() === 'N' || reply.toString() === 'S');
    });
  });

function withUser(command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  const owner = postgresUser();
  if (owner === undefined) return command;
  return [need('setpriv'), '--reuid', String(owner.uid), '--regid', String(owner.gid), '--init-groups', ...command];
}

/** The account for the server when we are root. */
function postgresUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith('postgres:'));
  const fields = line?.split(':') ?? [];
  if (fields[2] === undefined || fields[3] === undefined)
    throw new Error('PostgreSQL does not run as root and there is no user postgres');
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** Makes databases, each with the SQL of its tables, as the superuser `postgres`. */
export async function createDatabases(port: number, databases: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, tables] of Object.entries(databases)) {
    await query(port, 'postgres', `create database ${escapeIdentifier(name)}`);
    if (tables !== '') await query(port, name, tables);
  }
}

async function query(port: number, database: string, statements: string): Promise<void> {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database });
  await client.connect();
  try {
    await client.query(statements);
  } finally {
    await client.end();
  }
}
