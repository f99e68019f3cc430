/** What is wrong with the messages themselves, or with their order. */
import { persistently, produce, withAdmin } from '../clients.ts';
import { containers, topics } from '../names.ts';
import { poison } from '../message.ts';
import { burst } from './burst.ts';
import { widenMain } from '../topics.ts';
import type { Injected } from './fault.ts';
import { badRelease, shownBy, withMonitor } from './fault.ts';

/** A range that takes the server half a minute. */
const corruptRecords = 6000;
const undecodableMs = 5;

export const contentFaults = {
  'malformed-2': {
    title: 'every fiftieth message lacks a field',
    ...shownBy('HighMessageProcessingErrorRate'),
    inject: (system) => withMonitor(system, { ...badRelease, malformed_ratio: 0.02 }),
  },
  'schema-old': {
    title: 'the producer writes the schema before this one',
    ...shownBy('HighMessageProcessingErrorRate'),
    inject: (system) => withMonitor(system, { schema_version: 2 }),
  },
  'schema-mismatch': {
    title: 'every tenth message has the schema before this one',
    ...shownBy('SchemaVersionMismatch'),
    inject: (system) => withMonitor(system, { old_schema_ratio: 0.1 }),
  },
  'decode-10': {
    title: 'every tenth message is not protobuf',
    ...shownBy('HighDecodeErrorRate'),
    inject: (system) => withMonitor(system, { ...badRelease, non_protobuf_ratio: 0.1 }),
  },
  'offsets-corrupt': {
    title: 'a long range of records does not decode, and each takes the websocket-server some time',
    ...shownBy('HighDecodeErrorRate'),
    inject: async (system) => {
      system.afflict({ undecodableMs });
      const records = Array.from({ length: corruptRecords }, () => ({ key: 'thread-1', value: 'damaged' }));
      await produce(system.state, topics.main, records);
    },
  },
  poison: {
    title: 'one record stops the consumer, and 120 000 messages wait behind it',
    ...shownBy('KafkaConsumerLagCritical'),
    inject: async ({ state }) => {
      await produce(state, topics.main, [{ key: 'thread-1', value: poison }]);
      await produce(state, topics.main, burst(120_000), 20_000);
    },
  },
  oversize: {
    title: 'the producer sends full checkpoints of 1.2 MB',
    ...shownBy('OversizedMessage'),
    inject: (system) => withMonitor(system, { checkpoints: 'full' }),
  },
  duplicates: {
    title: 'every fiftieth message comes twice',
    ...shownBy('HighDuplicateRate'),
    inject: (system) => withMonitor(system, { duplicate_ratio: 0.02 }),
  },
  'reorders-one-partition': {
    title: 'messages of a thread change places in the only partition',
    ...shownBy('HighReorderRate'),
    inject: (system) => withMonitor(system, { ...badRelease, reorder_ratio: 0.02 }),
  },
  reorders: {
    title: 'the topic has three partitions, and the producer sends the messages of a thread to all of them',
    ...shownBy('HighReorderRate'),
    inject: async (system) => {
      await persistently(() => withAdmin(system.state, (admin) => widenMain(admin, 3)));
      await system.supervisor.restart(containers['websocket-server']);
      await withMonitor(system, { partition_key: 'none' });
    },
  },
} satisfies Readonly<Record<string, Injected>>;
