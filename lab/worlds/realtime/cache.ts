/** The order-book cache: a consumer that keeps the newest quote of each symbol in Redis. It also feeds the history. */
import type { Redis } from 'ioredis';
import type { Admin, Kafka } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sequenced } from './book.ts';
import { damaged, parseQuote } from './book.ts';
import type { History } from './history.ts';
import { cacheGroup, symbols, topic } from './settings.ts';
import { consumerOf, endOffset, readRange } from './topic.ts';

export interface Cache {
  /** false: corrupt; what arrives is not applied until the cache has been rebuilt. */
  applying(): boolean;
  /** Moves what Redis holds back to an older, damaged book and stops applying. */
  corrupt(): Promise<void>;
  /** Reads the log up to its end into Redis. Consistent only if the log stood still meanwhile; else the cache stays corrupt. */
  rebuild(): Promise<Rebuilt>;
  close(): Promise<void>;
}

export interface Rebuilt {
  readonly upTo: number;
  readonly symbols: Readonly<Record<string, number>>;
  /** Records that arrived while the cache was being rebuilt. */
  readonly arrivedMeanwhile: number;
}

/** Older quotes than this cannot be the newest of any symbol. */
const rebuildFrom = 3000;
/** How long the log must stand still after a rebuild, milliseconds: several ticks of the feed. */
const quiet = 500;
/** How many quotes of each symbol the fault takes the cache back. */
const corruptBy = 200;

export async function startCache(kafka: Kafka, admin: Admin, redis: Redis, history: History): Promise<Cache> {
  let applying = true;
  const consumer = consumerOf(kafka, cacheGroup);
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const newest = new Map<string, Sequenced>();
      for (const message of batch.messages) {
        const quote = parseQuote(message.value);
        if (quote !== undefined) newest.set(quote.symbol, history.add(Number(message.offset), quote));
      }
      if (applying) await Promise.all([...newest.values()].map((one) => write(redis, one)));
    },
  });
  return {
    applying: () => applying,
    corrupt: async () => {
      applying = false;
      for (const symbol of symbols) {
        const old = history.back(symbol, corruptBy);
        if (old !== undefined) await write(redis, { ...old, levels: damaged(old.levels) });
      }
    },
    rebuild: async () => {
      const rebuilt = await rebuild(kafka, admin, redis);
      if (rebuilt.arrivedMeanwhile === 0) applying = true;
      return rebuilt;
    },
    close: () => consumer.disconnect(),
  };
}

async function rebuild(kafka: Kafka, admin: Admin, redis: Redis): Promise<Rebuilt> {
  const upTo = await endOffset(admin);
  const newest = new Map<string, Sequenced>();
  await readRange(kafka, admin, Math.max(0, upTo - rebuildFrom), upTo, (offset, value) => {
    const quote = parseQuote(value);
    if (quote !== undefined) newest.set(quote.symbol, { ...quote, seq: offset, prevSeq: null });
  });
  for (const one of newest.values()) await write(redis, one);
  await sleep(quiet);
  return {
    upTo,
    symbols: Object.fromEntries([...newest.values()].map((one) => [one.symbol, one.seq])),
    arrivedMeanwhile: (await endOffset(admin)) - upTo,
  };
}

/** Number and book change together. */
async function write(redis: Redis, quote: Sequenced): Promise<void> {
  const { symbol, seq, levels } = quote;
  await redis.mset(`orderbook:${symbol}:seq`, String(seq), `orderbook:${symbol}:book`, JSON.stringify({ symbol, seq, levels }));
}
