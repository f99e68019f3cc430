/** What one node of the pair consists of. */
import type { Histogram } from '../../../services/exposition.ts';
import type { Trade } from '../services/trade.ts';
import type { Journal } from './journal.ts';
import type { Leadership } from './leadership.ts';
import type { Orders } from './orders.ts';
import type { Publisher } from './publisher.ts';
import { writeSnapshot } from './snapshots.ts';

export interface Engine {
  readonly node: string;
  readonly journal: Journal;
  readonly orders: Orders;
  readonly leadership: Leadership;
  readonly publisher: Publisher;
  readonly figures: Figures;
  readonly snapshots: string;
  /** The log here is not a part of that of the leader: only a resync helps. */
  isDiverged: boolean;
  /** Last position at which the peer has logged another trade; 0: never. */
  lastDuplicateSeq: number;
  duplicates: number;
  /** Makes a trade, whatever the mode is: the caller has asked. */
  trade(symbol: string, isSmoke: boolean): Trade;
}

export interface Figures {
  readonly wal: Histogram;
  readonly loop: Histogram;
  readonly isPanelMissing: () => boolean;
  /** At the start of the process. */
  readonly cpu: NodeJS.CpuUsage;
}

/** Writes what is there now. */
export function snapshot({ journal, orders, snapshots }: Engine): void {
  const seq = journal.durableSeq();
  writeSnapshot(snapshots, { seq, hash: journal.hashAt(seq) ?? '', openOrders: orders.all() });
}
