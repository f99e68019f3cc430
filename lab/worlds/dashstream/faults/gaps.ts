/** Messages that are lost between the producer and the consumer, and what a gap does. */
import { healthOf, until } from '../clients.ts';
import type { Injected } from './fault.ts';
import { shownBy, withMonitor, withServer } from './fault.ts';

export const gapFaults = {
  'gaps-broker': {
    title: 'the broker is unhealthy and loses messages that it has acknowledged',
    ...shownBy('SequenceGapsDetected'),
    inject: (system) => {
      system.afflict({ brokerLosesEvery: 20 });
    },
  },
  'gaps-acks': {
    title: 'the producer does not wait for acknowledgements, and some messages never arrive',
    ...shownBy('SequenceGapsDetected'),
    inject: (system) => withMonitor(system, { acks: 0 }),
  },
  'gaps-rebalance': {
    title: 'the consumer group rebalances again and again, and messages are lost',
    ...shownBy('SequenceGapsDetected'),
    inject: (system) => {
      system.afflict({ untilRestart: { rebalances: true } });
    },
  },
  halted: {
    title: 'a gap has halted a thread',
    ...shownBy('GapDetectedWithHalt'),
    inject: async (system) => {
      await withServer(system, { gap_policy: 'halt' });
      system.afflict({ brokerLosesEvery: 20 });
      await until('a thread is halted', async () => ((await healthOf(system.state))?.halted_threads.length ?? 0) > 0);
      system.afflict({});
    },
  },
} satisfies Readonly<Record<string, Injected>>;
