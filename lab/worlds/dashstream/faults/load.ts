/** Too much for somebody: the consumer, a client, a tenant's limit, the replay buffer. */
import { Redis } from 'ioredis';
import { addressOf } from '../../../state.ts';
import { produce } from '../clients.ts';
import { topics } from '../names.ts';
import { fires } from '../rules.ts';
import { replayKey } from '../server/replay.ts';
import type { System } from '../system.ts';
import { burst } from './burst.ts';
import type { Injected } from './fault.ts';
import { shownBy, withServer } from './fault.ts';

const slowRate = 20;
const slowBatchMs = 700;
const floodRate = 300;

export const loadFaults = {
  'lag-high': {
    title: 'the consumer stands still, 15 000 messages behind',
    // messages from before the fault are in the window for a while
    shows: `${fires('KafkaConsumerLagHigh')} and on () (sum(rate(websocket_kafka_messages_total[3s])) == 0)`,
    inject: (system) => fallBehind(system, 15_000),
  },
  'lag-critical': {
    title: 'the consumer stands still, 120 000 messages behind',
    ...shownBy('KafkaConsumerLagCritical'),
    inject: (system) => fallBehind(system, 120_000),
  },
  latency: {
    title: 'the websocket-server computes 700 ms for every batch',
    ...shownBy('E2ELatencyHigh'),
    inject: (system) => {
      system.afflict({ untilRestart: { batchMs: slowBatchMs } });
    },
  },
  'slow-client': {
    title: 'a client is too slow for its buffer',
    ...shownBy('HighDroppedMessageRate'),
    inject: ({ crowd }) => {
      crowd.addSlow(slowRate);
    },
  },
  'slow-client-kept': {
    title: 'a client is too slow for its buffer, and the server has patience with it for hours',
    ...shownBy('HighDroppedMessageRate'),
    inject: async (system) => {
      await withServer(system, { slow_client_timeout_secs: 36_000 });
      system.crowd.addSlow(slowRate);
    },
  },
  'tenant-flood': {
    title: 'the tenant tenant-7 sends 300 messages a second at a limit of 100',
    ...shownBy('TenantRateLimitExceeded'),
    inject: (system) => {
      system.afflict({ flood: floodRate });
    },
  },
  'replay-degraded': {
    title: 'the replay buffer in memory holds ten messages',
    inject: (system) => withServer(system, { replay_memory_entries: 10 }),
  },
  'replay-orphans': {
    title: 'the replay index of partition 0 was deleted, its messages were not',
    inject: async ({ state }) => {
      const redis = new Redis(`redis://${addressOf(state, 'redis')}`);
      const orphans = Array.from({ length: 200 }, (_, offset) => replayKey(0, `offset:${String(offset)}`));
      await redis.mset(Object.fromEntries(orphans.map((key) => [key, '{}'])));
      await redis.del(replayKey(0, 'offsets'));
      redis.disconnect();
    },
  },
} satisfies Readonly<Record<string, Injected>>;

async function fallBehind(system: System, count: number): Promise<void> {
  system.afflict({ untilRestart: { standsStill: true } });
  await produce(system.state, topics.main, burst(count), 20_000);
}
