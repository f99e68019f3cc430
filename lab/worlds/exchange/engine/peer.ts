/** The other engine of the pair, as this one sees it. */
import { variable } from '../../../services/variables.ts';
import type { Trade } from '../services/trade.ts';
import type { Snapshot } from './snapshots.ts';

export interface Log {
  readonly role: 'leader' | 'standby';
  readonly durableSeq: number;
  /** Trades up to here are at the brokers. */
  readonly published: number;
  readonly trades: readonly Trade[];
}

const get = async <Answer>(path: string): Promise<Answer> => {
  const reply = await fetch(`${variable('PEER')}${path}`, { signal: AbortSignal.timeout(5000) });
  if (reply.status !== 200) throw new Error(`the peer answered ${String(reply.status)} to ${path}`);
  return (await reply.json()) as Answer;
};

export const readLog = (after: number, most: number): Promise<Log> => get(`/wal?after=${String(after)}&most=${String(most)}`);
export const readSnapshot = (): Promise<Snapshot> => get('/snapshot');
