/** One connection to a server, and the few that a run keeps. */
import type { Client } from 'pg';
import type { BackendKey } from './cancel.ts';
import { sendCancel, tlsOptions } from './cancel.ts';
import type { Submit } from './statement.ts';
import type { PostgresTarget } from './target.ts';

export interface PostgresConnection {
  readonly submit: Submit;
  /** Text of our own only; several statements are possible. */
  command(text: string): Promise<void>;
  readonly parseArray: (text: string) => unknown;
  /** Asks the server to stop what runs; the answer is the end of what runs. */
  cancel(): Promise<void>;
  /** Everything pending fails. */
  readonly destroy: () => void;
  /** Says goodbye. */
  end(): Promise<void>;
}

/** `used`: it served before and may have died meanwhile. */
export interface Taken {
  readonly connection: PostgresConnection;
  readonly used: boolean;
}

export interface Connections {
  /** An idle one, or a new one. Rejects with what the server or the network said. */
  take(signal: AbortSignal, fresh?: boolean): Promise<Taken>;
  /** Clean: no transaction is open and the session is as it was. */
  giveBack(connection: PostgresConnection): void;
  close(): Promise<void>;
}

const connectMs = 5000;
/** Every array has the form of one of texts. */
const textArrayOid = 1009;
const keptIdle = 4;
const goodbyeMs = 500;
/** What results look like must not depend on the server's or the role's settings; quotes in strings are what our scanner takes them for. */
const settings =
  "set standard_conforming_strings = on; set datestyle = 'ISO, YMD'; set intervalstyle = iso_8601; set bytea_output = hex; set extra_float_digits = 1; set timezone = 'UTC'; set client_encoding = 'UTF8'";

export function openConnections(target: PostgresTarget): Connections {
  let idle: PostgresConnection[] = [];
  const dead = new WeakSet<PostgresConnection>();
  const connections: Connections = {
    take: async (signal, fresh = false) => {
      const kept = fresh ? undefined : idle.pop();
      if (kept === undefined) return { connection: await connect(target, signal, (one) => void dead.add(one)), used: false };
      return dead.has(kept) ? connections.take(signal) : { connection: kept, used: true };
    },
    giveBack: (connection) => {
      if (idle.length < keptIdle) idle.push(connection);
      else connection.destroy();
    },
    close: async () => {
      const all = idle;
      idle = [];
      await Promise.all(all.map((one) => one.end()));
    },
  };
  return connections;
}

async function connect(
  target: PostgresTarget,
  signal: AbortSignal,
  died: (one: PostgresConnection) => void,
): Promise<PostgresConnection> {
  const { Client: DriverClient, types } = await import('pg');
  signal.throwIfAborted();
  const client = new DriverClient({
    host: target.host,
    port: target.port,
    database: target.database,
    user: target.user,
    // As a function: an empty text would make the driver look into its environment and into files.
    password: () => target.password,
    ssl: target.tls === undefined ? false : tlsOptions(target),
    connectionTimeoutMillis: connectMs,
    application_name: target.applicationName,
    keepAlive: true,
  });
  const destroy = (): void => {
    client.connection.stream.destroy();
  };
  const parseArray = (types.getTypeParser as (oid: number) => (text: string) => unknown)(textArrayOid);
  const connection: PostgresConnection = {
    submit: (query) => void client.query(query),
    command: async (text) => void (await client.query(text)),
    parseArray,
    cancel: () => sendCancel(target, keyOf(client)),
    destroy,
    end: async () => {
      const late = setTimeout(destroy, goodbyeMs);
      await client.end().catch(() => undefined);
      clearTimeout(late);
    },
  };
  // A session that the server ends says so beside the query as well; without a listener that would end the process.
  client.on('error', () => {
    died(connection);
  });
  client.on('end', () => {
    died(connection);
  });
  signal.addEventListener('abort', destroy, { once: true });
  try {
    await client.connect();
    await connection.command(settings);
    return connection;
  } catch (problem) {
    destroy();
    throw problem;
  } finally {
    signal.removeEventListener('abort', destroy);
  }
}

/** The driver keeps it for its own cancelling and does not declare it. */
function keyOf(client: Client): BackendKey {
  const { processID, secretKey } = client as unknown as { readonly processID: number; readonly secretKey: number };
  return { processId: processID, secretKey };
}
