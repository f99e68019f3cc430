/** The services of the market together, and what can be done to them: fault, remedies, heal. One such action at a time. */
import { Redis } from 'ioredis';
import type { LabState } from '../../state.ts';
import { addressOf, portOf } from '../../state.ts';
import type { Cache } from './cache.ts';
import { startCache } from './cache.ts';
import type { Feed } from './feed.ts';
import { startFeed } from './feed.ts';
import type { Flags } from '../../process/flags.ts';
import { createFlags } from '../../process/flags.ts';
import type { Frame, Gateway } from './gateway.ts';
import { startGateway } from './gateway.ts';
import type { History } from './history.ts';
import { createHistory } from './history.ts';
import type { GatewayLog } from './gateway-log.ts';
import { createQueue } from '../../process/queue.ts';
import type { Remedy } from './settings.ts';
import { broadcastFlag } from './settings.ts';
import { connectKafka, openTopic } from './topic.ts';

export interface Market {
  readonly flags: Flags;
  readonly history: History;
  readonly gateway: Gateway;
  rebuildCache(): Promise<unknown>;
  syncOffsets(): Promise<unknown>;
  /** Corrupts the cache and moves the gateway's committed offset back. */
  desync(): Promise<void>;
  heal(): Promise<void>;
  /** From now on this remedy answers success and does nothing, until `heal`. */
  disable(remedy: Remedy): void;
  state(): unknown;
  close(): Promise<void>;
}

export interface Outlets {
  readonly send: (frame: Frame) => void;
  readonly log: GatewayLog;
}

export async function openMarket(state: LabState, outlets: Outlets): Promise<Market> {
  const kafka = connectKafka([addressOf(state, 'kafka')]);
  const redis = new Redis(portOf(state, 'redis'), '127.0.0.1', { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  const admin = await openTopic(kafka);
  const feed = await startFeed(kafka);
  const history = createHistory();
  const cache = await startCache(kafka, admin, redis, history);
  const disabled = new Set<Remedy>();
  const gateway = await startGateway({
    kafka,
    admin,
    history,
    broadcasting: () => feed.running(),
    cacheIsGood: () => cache.applying(),
    send: outlets.send,
    warn: (line) => {
      outlets.log.warn(line);
    },
  });
  const flags = createFlags({ [broadcastFlag]: true }, (name, value) => obey(feed, disabled, name, value));
  const exclusive = createQueue();
  const parts = { feed, cache, gateway, disabled, flags, outlets };
  return {
    flags,
    history,
    gateway,
    rebuildCache: () => exclusive(async () => (disabled.has('rebuildCache') ? {} : cache.rebuild())),
    syncOffsets: () => exclusive(async () => (disabled.has('syncOffsets') ? {} : gateway.sync())),
    desync: () =>
      exclusive(async () => {
        await cache.corrupt();
        await gateway.fallBehind();
      }),
    heal: () => exclusive(() => heal(parts)),
    disable: (remedy) => {
      disabled.add(remedy);
    },
    state: () => ({
      broadcasting: feed.running(),
      flag: flags.get(broadcastFlag),
      cacheApplying: cache.applying(),
      gatewayStale: gateway.stale(),
      ratios: gateway.ratios(),
      disabled: [...disabled],
      head: history.head(),
    }),
    close: async () => {
      await feed.close();
      await Promise.all([gateway.close(), cache.close()]);
      await admin.disconnect();
      redis.disconnect();
    },
  };
}

/** The feed follows the flag, unless the remedy of that direction is disabled: then the flag says one thing and the feed does another. */
async function obey(feed: Feed, disabled: ReadonlySet<Remedy>, name: string, value: unknown): Promise<void> {
  if (name !== broadcastFlag) return;
  if (value === false && !disabled.has('pause')) await feed.pause();
  if (value === true && !disabled.has('resume')) feed.resume();
}

interface Parts {
  readonly feed: Feed;
  readonly cache: Cache;
  readonly gateway: Gateway;
  readonly disabled: Set<Remedy>;
  readonly flags: Flags;
  readonly outlets: Outlets;
}

async function heal({ feed, cache, gateway, disabled, flags, outlets }: Parts): Promise<void> {
  disabled.clear();
  await feed.pause();
  const rebuilt = await cache.rebuild();
  if (rebuilt.arrivedMeanwhile > 0) throw new Error('the log did not stand still although the feed is paused');
  await gateway.sync();
  await flags.put(broadcastFlag, true, undefined);
  feed.resume();
  outlets.log.clear();
}
