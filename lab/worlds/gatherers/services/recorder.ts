/** What a gatherer has received and not yet written. */
import { Pool } from 'pg';
import type { Delta, Message, Trade } from './market.ts';
import { tickers } from './market.ts';

export interface Recorder {
  take(message: Message, receivedAt: number): void;
  /** Writes what is in the buffer; the deltas in it, in order. Without a database it keeps everything. */
  write(): Promise<readonly Delta[]>;
  isWriting(): boolean;
  dropped(): number;
}

interface Received {
  readonly trade: Trade;
  readonly receivedAt: number;
}

/** Microseconds between two snapshots of a market. */
const snapshotEvery = 60_000_000;

export function createRecorder(database: string, bufferSize: number): Recorder {
  const pool = new Pool({ connectionString: database, max: 1, connectionTimeoutMillis: 2000 });
  pool.on('error', () => undefined);
  const buffer: { readonly message: Message; readonly receivedAt: number }[] = [];
  let waiting: readonly Received[] = [];
  let dropped = 0;
  let writes = true;
  let snapshotAt = 0;
  const insert = async (): Promise<void> => {
    if (waiting.length > 0) await insertTrades(pool, waiting);
    waiting = [];
    const minute = Math.floor((Date.now() * 1000) / snapshotEvery) * snapshotEvery;
    if (minute > snapshotAt) await insertSnapshots(pool, minute);
    snapshotAt = minute;
  };
  return {
    take: (message, receivedAt) => {
      if (buffer.length >= bufferSize) dropped += 1;
      else buffer.push({ message, receivedAt });
    },
    write: async () => {
      const taken = buffer.splice(0);
      waiting = [
        ...waiting,
        ...taken.flatMap(({ message, receivedAt }) => (message.type === 'trade' ? [{ trade: message, receivedAt }] : [])),
      ];
      try {
        await insert();
        writes = true;
      } catch (problem) {
        if (writes) process.stdout.write(`the database does not take trades: ${(problem as Error).message}\n`);
        writes = false;
      }
      return taken.flatMap(({ message }) => (message.type === 'delta' ? [message] : []));
    },
    isWriting: () => writes,
    dropped: () => dropped,
  };
}

async function insertTrades(pool: Pool, rows: readonly Received[]): Promise<void> {
  await pool.query(
    `insert into trades select * from unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::bigint[], $6::bigint[]) on conflict do nothing`,
    [
      rows.map(({ trade }) => trade.id),
      rows.map(({ trade }) => trade.ticker),
      rows.map(({ trade }) => trade.price),
      rows.map(({ trade }) => trade.count),
      rows.map(({ trade }) => trade.exchangeTs),
      rows.map(({ receivedAt }) => receivedAt),
    ],
  );
}

async function insertSnapshots(pool: Pool, minute: number): Promise<void> {
  await pool.query(
    `insert into orderbook_snapshots select ticker, 'rest', $2 from unnest($1::text[]) as ticker on conflict do nothing`,
    [tickers, minute],
  );
}
