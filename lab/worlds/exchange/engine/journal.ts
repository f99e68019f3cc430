/** The write-ahead log of an engine: segments of JSON lines on disk, everything in memory too. A crash loses nothing that was answered. */
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Trade } from '../services/trade.ts';
import { hashOf } from '../services/trade.ts';

/** Trades in a segment. */
const segmentSize = 100;
const genesis = '0'.repeat(16);

export interface Journal {
  durableSeq(): number;
  /** Last trade of a symbol; 0: none. */
  seqOf(symbol: string): number;
  /** The hash after that trade; undefined: it is not there. */
  hashAt(seq: number): string | undefined;
  after(seq: number, most: number): readonly Trade[];
  ofSymbol(symbol: string): readonly Trade[];
  /** Returns once it is on disk. */
  append(trade: Omit<Trade, 'hash'>): Trade;
  /** Takes a trade of the leader; false: it does not follow what is here. */
  follow(trade: Trade): boolean;
  /** Forgets everything and takes these instead. */
  replace(trades: readonly Trade[]): void;
}

/** `synced` is told how many seconds each write took. */
export function openJournal(folder: string, synced: (seconds: number) => void): Journal {
  mkdirSync(folder, { recursive: true });
  const trades: Trade[] = readAll(folder);
  const bySymbol = new Map<string, Trade[]>();
  const index = (trade: Trade): void => {
    const known = bySymbol.get(trade.symbol);
    if (known === undefined) bySymbol.set(trade.symbol, [trade]);
    else known.push(trade);
  };
  trades.forEach(index);
  const hashAt = (seq: number): string | undefined => (seq === 0 ? genesis : trades[seq - 1]?.hash);
  const write = (trade: Trade): Trade => {
    const begun = performance.now();
    const file = openSync(join(folder, segmentOf(trade.seq)), 'a');
    writeSync(file, `${JSON.stringify(trade)}\n`);
    fdatasyncSync(file);
    closeSync(file);
    synced((performance.now() - begun) / 1000);
    trades.push(trade);
    index(trade);
    return trade;
  };
  return {
    durableSeq: () => trades.length,
    seqOf: (symbol) => bySymbol.get(symbol)?.length ?? 0,
    hashAt,
    after: (seq, most) => trades.slice(seq, seq + most),
    ofSymbol: (symbol) => bySymbol.get(symbol) ?? [],
    append: (trade) => write({ ...trade, hash: hashOf(hashAt(trades.length) ?? genesis, trade) }),
    follow: (trade) => {
      if (trade.seq <= trades.length) return hashAt(trade.seq) === trade.hash;
      const { hash, ...rest } = trade;
      if (trade.seq !== trades.length + 1 || hashOf(hashAt(trades.length) ?? genesis, rest) !== hash) return false;
      write(trade);
      return true;
    },
    replace: (all) => {
      mkdirSync(folder, { recursive: true });
      for (const name of segments(folder)) rmSync(join(folder, name));
      trades.length = 0;
      bySymbol.clear();
      for (const trade of all) {
        trades.push(trade);
        index(trade);
      }
      for (let at = 0; at < all.length; at += segmentSize) {
        const lines = all.slice(at, at + segmentSize).map((trade) => `${JSON.stringify(trade)}\n`);
        writeFileSync(join(folder, segmentOf(at + 1)), lines.join(''));
      }
    },
  };
}

const segmentOf = (seq: number): string => `wal-${String(Math.floor((seq - 1) / segmentSize)).padStart(8, '0')}.jsonl`;
const segments = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.startsWith('wal-'))
    .sort();

const readAll = (folder: string): Trade[] =>
  segments(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Trade);
