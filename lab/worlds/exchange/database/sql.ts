/** The world's own short conversations with a server of PostgreSQL. */
import { Client } from 'pg';
import type { LabState } from '../../../state.ts';
import { portOf } from '../../../state.ts';
import { ledgerDatabase, ledgerUser } from '../names.ts';

export type Row = Readonly<Record<string, unknown>>;

/** The rows of a statement, at a server or at `ledger`, the address that leads to the primary. */
export async function sql(
  state: LabState,
  server: string,
  text: string,
  { database = ledgerDatabase, user = ledgerUser }: { readonly database?: string; readonly user?: string } = {},
): Promise<readonly Row[]> {
  const client = new Client({ host: '127.0.0.1', port: portOf(state, server), user, database, connectionTimeoutMillis: 8000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
