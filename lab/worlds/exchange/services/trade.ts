/** A trade as the engine logs it and the ledger settles it. */
import { createHash } from 'node:crypto';

export interface Trade {
  /** Position in the log of the engine, over all symbols. */
  readonly seq: number;
  readonly symbol: string;
  /** Number of the trade in its symbol: 1, 2, 3 without a gap. */
  readonly engineSeq: number;
  readonly tradeId: string;
  readonly buyer: string;
  readonly seller: string;
  /** Minor units. */
  readonly amount: number;
  /** ISO 8601. */
  readonly at: string;
  readonly node: string;
  readonly fencingToken: number;
  readonly isSmoke: boolean;
  /** Of this trade and all before it. */
  readonly hash: string;
}

export type Entry = Pick<Trade, 'tradeId' | 'engineSeq' | 'symbol' | 'amount'> & {
  readonly account: string;
  readonly side: 'credit' | 'debit';
};

export const entriesOf = ({ tradeId, engineSeq, symbol, amount, buyer, seller }: Trade): readonly [Entry, Entry] => [
  { tradeId, engineSeq, symbol, amount, account: seller, side: 'credit' },
  { tradeId, engineSeq, symbol, amount, account: buyer, side: 'debit' },
];

export function hashOf(before: string, trade: Omit<Trade, 'hash'>): string {
  const { seq, symbol, engineSeq, tradeId, buyer, seller, amount, node } = trade;
  return createHash('sha256')
    .update(JSON.stringify([before, seq, symbol, engineSeq, tradeId, buyer, seller, amount, node]))
    .digest('hex')
    .slice(0, 16);
}

/** As PostgreSQL computes it of net amounts: md5(string_agg(trade_id||':'||account||':'||net, ',' order by engine_seq, trade_id, account)). */
export const rootOf = (trades: readonly Trade[]): string =>
  createHash('md5').update(trades.flatMap(netOf).join(',')).digest('hex');

const netOf = (trade: Trade): readonly string[] =>
  entriesOf(trade)
    .map(({ tradeId, account, side, amount }) => `${tradeId}:${account}:${String(side === 'credit' ? amount : -amount)}`)
    .sort();
