/** The configuration entry of a PostgreSQL server, and how it becomes settings of the driver. Nothing is taken from the environment of the process. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Json } from '../../interpreter/core/model/value.ts';

export interface PostgresTarget {
  /** Name or address; a path is the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** Undefined: no encryption. Certificates are always verified (T27). */
  readonly tls?: { readonly ca?: string; readonly serverName?: string };
  readonly applicationName: string;
}

const keys = ['host', 'port', 'database', 'user', 'password', 'tls', 'applicationName', 'members'];
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|::1|\/.*)$/;

/** Throws with words for the operator; a server elsewhere is spoken to with TLS unless the entry says `tls: false`. */
export async function readTarget(entry: Json, directory: string): Promise<PostgresTarget> {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry))
    throw new Error('sql needs a target of type postgres: host, database, user');
  const given = entry as Readonly<Record<string, Json>>;
  const unknown = Object.keys(given).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new Error(`a postgres target has no "${unknown}"; it has ${keys.slice(0, -1).join(', ')}`);
  const host = text(given, 'host') ?? '127.0.0.1';
  const user = text(given, 'user');
  if (user === undefined) throw new Error('a postgres target needs a user');
  const tls = await tlsOf(given['tls'] ?? !loopback.test(host), directory);
  return {
    host,
    port: portOf(given['port']),
    database: text(given, 'database') ?? user,
    user,
    password: text(given, 'password') ?? '',
    ...(tls === undefined ? {} : { tls }),
    applicationName: text(given, 'applicationName') ?? 'runbook',
  };
}

function portOf(given: Json | undefined): number {
  const port = Number(given ?? 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('port of a postgres target must be 1 to 65535');
  return port;
}

async function tlsOf(given: Json, directory: string): Promise<PostgresTarget['tls']> {
  if (given === false) return undefined;
  if (given === true) return {};
  if (given === null || typeof given !== 'object' || Array.isArray(given))
    throw new Error(
      'tls of a postgres target is true, false, or { ca: file, serverName: name }; certificates are always verified',
    );
  const said = given as Readonly<Record<string, Json>>;
  const wrong = Object.keys(said).find((key) => key !== 'ca' && key !== 'serverName');
  if (wrong !== undefined) throw new Error(`tls of a postgres target has no "${wrong}"; it has ca and serverName`);
  const ca = text(said, 'ca');
  const serverName = text(said, 'serverName');
  return {
    ...(ca === undefined ? {} : { ca: await readFile(resolve(directory, ca), 'utf8') }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

function text(from: Readonly<Record<string, Json>>, key: string): string | undefined {
  const value = from[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value === '') throw new Error(`${key} of a postgres target must be a text`);
  return value;
}

export const where = (target: PostgresTarget): string => `${target.host}:${String(target.port)}/${target.database}`;
