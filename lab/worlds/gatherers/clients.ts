/** The world's own short conversations with its databases and services. */
import { Client } from 'pg';
import type { LabState } from '../../state.ts';
import { addressOf, portOf } from '../../state.ts';
import type { Host } from './names.ts';

/** Runs statements in a database of a server of the world; the rows of a single statement. */
export async function sql(
  state: LabState,
  server: string,
  database: string,
  text: string,
  values?: unknown[],
): Promise<readonly Row[]> {
  const client = new Client({
    host: '127.0.0.1',
    port: portOf(state, server),
    user: 'postgres',
    database,
    // A busy machine takes its time; what is stopped refuses at once.
    connectionTimeoutMillis: 15_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const result = values === undefined ? await client.query<Row>(text) : await client.query<Row>(text, values);
    return result.rows;
  } finally {
    await client.end();
  }
}

export type Row = Readonly<Record<string, unknown>>;

/** Health of a service: its body when the status is 200, else undefined. */
export async function healthOf(state: LabState, host: Host): Promise<Row | undefined> {
  try {
    const reply = await fetch(`http://${addressOf(state, `health-${host}`)}/health`, { signal: AbortSignal.timeout(1500) });
    return reply.status === 200 ? ((await reply.json()) as Row) : undefined;
  } catch {
    return undefined;
  }
}

/** Sum of the samples of a metric; undefined: it cannot be read or has none. */
export async function metricOf(state: LabState, host: Host, name: string): Promise<number | undefined> {
  try {
    const reply = await fetch(`http://${addressOf(state, `metrics-${host}`)}/metrics`, { signal: AbortSignal.timeout(1500) });
    const lines = (await reply.text()).split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    return lines.length === 0 ? undefined : lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  } catch {
    return undefined;
  }
}

/** Tells the exchange what it shall do to its clients. */
export async function tellExchange(state: LabState, what: string): Promise<void> {
  const reply = await fetch(`http://${addressOf(state, 'exchange')}/lab/${what}`, {
    method: 'POST',
    signal: AbortSignal.timeout(2000),
  });
  if (reply.status !== 200) throw new Error(`the exchange answered ${String(reply.status)} to ${what}`);
}
