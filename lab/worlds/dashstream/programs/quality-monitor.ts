/** `node dist/lab/dashstream/quality-monitor.js`: the producer of dashstream-quality. Reads its settings when it starts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Partitioners } from 'kafkajs';
import { run } from '../../../services/run.ts';
import { watchAffliction } from '../affliction.ts';
import { variable } from '../../../services/variables.ts';
import { leave } from '../../../services/consumer.ts';
import { kafkaClient } from '../kafka-client.ts';
import type { Outgoing } from '../monitor/compose.ts';
import { createComposer } from '../monitor/compose.ts';
import { topics } from '../names.ts';
import { createServiceLog } from '../service-log.ts';
import { readSettings, usualMonitor } from '../settings.ts';

const tickMs = 200;
const checkpointMs = 1000;
/** Without acknowledgements every n-th message is lost on the way. */
const unacknowledgedLosesEvery = 20;
/** Messages that wait while the broker is away. */
const queueLimit = 20_000;

run(async () => {
  const log = createServiceLog();
  const settings = readSettings(variable('SETTINGS'), usualMonitor);
  const affliction = watchAffliction(variable('LAB_AFFLICTION'), Date.now());
  const composer = createComposer(settings);
  const producer = kafkaClient(variable('KAFKA'), 'quality-monitor', 1).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  const { acks, dashflow_streaming: library, schema_version: schema } = settings;
  log(
    'INFO',
    `dashflow-streaming ${library}, protobuf version ${library}, schema version ${String(schema)}, acks=${String(acks)}`,
  );
  let queue: readonly Outgoing[] = [];
  let count = 0;
  let lost = 0;

  /** What the way to the broker leaves of a batch. */
  const arriving = (batch: readonly Outgoing[]): readonly Outgoing[] => {
    const every = acks === 'all' ? affliction().brokerLosesEvery : unacknowledgedLosesEvery;
    if (every === 0) return batch;
    return batch.filter(() => {
      count += 1;
      if (count % every !== 0) return true;
      lost += 1;
      return false;
    });
  };
  setInterval(() => {
    const made = composer.compose(Math.round((settings.messages_per_second * tickMs) / 1000), Date.now());
    queue = [...queue, ...arriving(made)].slice(-queueLimit);
  }, tickMs);
  if (settings.checkpoints === 'full')
    setInterval(() => {
      const one = composer.checkpoint(Date.now());
      if (one.value.length > settings.max_message_bytes) log('ERROR', `checkpoint of ${String(one.value.length)} bytes not sent`);
      else queue = [...queue, one];
    }, checkpointMs);
  setInterval(() => {
    if (lost === 0) return;
    if (acks === 'all') log('ERROR', `delivery failed: the broker has lost ${String(lost)} acknowledged messages`);
    else log('WARN', `acks=${String(acks)}: nothing tells whether messages arrive`);
    lost = 0;
  }, 1000);

  let isConnected = false;
  for (;;) {
    const batch = queue;
    try {
      if (!isConnected) await producer.connect();
      isConnected = true;
      if (batch.length > 0) await producer.send({ topic: topics.main, acks: acks === 'all' ? -1 : acks, messages: [...batch] });
      queue = queue.slice(batch.length);
    } catch (problem) {
      log('ERROR', `send failed, ${String(queue.length)} messages wait: ${(problem as Error).message}`);
      await leave(producer);
      isConnected = false;
    }
    await sleep(isConnected ? 50 : 200);
  }
});
