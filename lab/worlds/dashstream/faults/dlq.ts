/** What keeps malformed messages out of the DLQ, or fills it. */
import { persistently, withAdmin } from '../clients.ts';
import { topics } from '../names.ts';
import type { Injected } from './fault.ts';
import { badRelease, shownBy, withMonitor, withServer } from './fault.ts';

export const dlqFaults = {
  'dlq-missing': {
    title: 'the DLQ topic does not exist, and malformed messages come',
    ...shownBy('WebSocketDlqBroken'),
    inject: async ({ state, trickle }) => {
      await persistently(() => withAdmin(state, (admin) => admin.deleteTopics({ topics: [topics.dlq] })));
      trickle.start();
    },
  },
  'dlq-disk-full': {
    title: 'the disk of the broker is full, and malformed messages come',
    ...shownBy('WebSocketDlqBroken'),
    inject: async ({ disk, trickle }) => {
      await disk.fill();
      trickle.start();
    },
  },
  'dlq-producer-broken': {
    title: 'the DLQ producer of the websocket-server has lost its connection, and malformed messages come',
    ...shownBy('WebSocketDlqBroken'),
    inject: (system) => {
      system.afflict({ untilRestart: { dlqLost: true } });
      system.trickle.start();
    },
  },
  'dlq-rate': {
    title: 'the producer sends almost one malformed message a second',
    ...shownBy('WebSocketDlqHighRate'),
    inject: (system) => withMonitor(system, { ...badRelease, malformed_ratio: 0.008 }),
  },
  backpressure: {
    title: 'the DLQ is slow, the websocket-server may write one message at a time to it, and every 25th message lacks a field',
    ...shownBy('DashStreamDlqBackpressureDrops'),
    inject: async (system) => {
      system.afflict({ dlqMs: 300 });
      await withServer(system, { max_concurrent_dlq_sends: 1 });
      await withMonitor(system, { ...badRelease, malformed_ratio: 0.04 });
    },
  },
  'library-dlq': {
    title: 'the exporter uses the DLQ handler of the library, whose sends fail',
    ...shownBy('DLQSendFailures'),
    inject: (system) => {
      system.afflict({ untilRestart: { libraryDlq: true } });
    },
  },
} satisfies Readonly<Record<string, Injected>>;
