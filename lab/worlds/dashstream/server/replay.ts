/** The replay buffer: the last messages in memory, more of them in Redis, for clients that come back. */
import { Redis } from 'ioredis';
import { replayPrefix, resumeNamespace } from '../names.ts';
import type { Metrics } from './metrics.ts';

export interface Stored {
  readonly partition: number;
  readonly offset: string;
  readonly thread: string;
  readonly sequence: number | undefined;
  readonly text: string;
}

export interface Replay {
  store(all: readonly Stored[]): void;
  /** A message that was sent before; undefined: not any more. */
  find(partition: number, offset: string): Promise<string | undefined>;
  /** A message that came so many before the newest that this process has stored. */
  findBack(back: number): Promise<string | undefined>;
}

/** What Redis keeps of each partition, and for how long, seconds. */
const keptInRedis = 2500;
const expiry = 600;

export const replayKey = (partition: number, rest: string): string =>
  `${replayPrefix}:${resumeNamespace}:partition:${String(partition)}:${rest}`;

export function openReplay(url: string, memoryEntries: number, metrics: Metrics): Replay {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false });
  redis.on('error', () => undefined);
  const memory = new Map<string, string>();
  let inRedis: readonly Stored[] = [];
  const remember = ({ partition, offset, text }: Stored): void => {
    memory.set(replayKey(partition, offset), text);
    const [oldest] = memory.keys();
    if (memory.size > memoryEntries && oldest !== undefined) memory.delete(oldest);
  };
  const find = async (partition: number, offset: string): Promise<string | undefined> => {
    const here = memory.get(replayKey(partition, offset));
    if (here !== undefined) {
      metrics.add('replay_buffer_memory_hits_total', 1);
      return here;
    }
    const there = await redis.get(replayKey(partition, `offset:${offset}`)).catch(() => null);
    if (there === null) {
      metrics.add('replay_buffer_misses_total', 1);
      return undefined;
    }
    metrics.add('replay_buffer_redis_hits_total', 1);
    return there;
  };
  return {
    store: (all) => {
      for (const one of all) remember(one);
      const pipeline = redis.pipeline();
      for (const { partition, offset, thread, sequence, text } of all) {
        pipeline.set(replayKey(partition, `offset:${offset}`), text, 'EX', expiry);
        pipeline.zadd(replayKey(partition, 'offsets'), offset, offset);
        if (sequence !== undefined)
          pipeline.zadd(
            `${replayPrefix}:${resumeNamespace}:thread:${thread}:sequences`,
            sequence,
            `${String(partition)}:${offset}`,
          );
      }
      inRedis = [...inRedis, ...all];
      const old = inRedis.slice(0, Math.max(0, inRedis.length - keptInRedis));
      inRedis = inRedis.slice(old.length);
      for (const { partition, offset, thread } of old) {
        pipeline.del(replayKey(partition, `offset:${offset}`));
        pipeline.zrem(replayKey(partition, 'offsets'), offset);
        pipeline.zrem(`${replayPrefix}:${resumeNamespace}:thread:${thread}:sequences`, `${String(partition)}:${offset}`);
      }
      pipeline.exec().catch(() => undefined);
    },
    find,
    findBack: async (back) => {
      const one = inRedis[inRedis.length - 1 - back];
      return one === undefined ? undefined : find(one.partition, one.offset);
    },
  };
}
