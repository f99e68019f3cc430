/** `node dist/lab/dashstream/websocket-server.js`: from dashstream-quality to WebSocket clients. Reads its settings when it starts. */
import { port, variable } from '../../../services/variables.ts';
import type { Metric } from '../../../services/exposition.ts';
import { one } from '../../../services/exposition.ts';
import { run } from '../../../services/run.ts';
import type { Answer } from '../../../services/serve.ts';
import { notFound, serve } from '../../../services/serve.ts';
import { watchAffliction } from '../affliction.ts';
import { kafkaClient } from '../kafka-client.ts';
import { resumeNamespace } from '../names.ts';
import { startReader } from '../server/consumer.ts';
import { createDlq } from '../server/dlq.ts';
import { openHub } from '../server/hub.ts';
import { watchLag } from '../server/lag.ts';
import { createMetrics } from '../server/metrics.ts';
import { createPipeline } from '../server/pipeline.ts';
import { openReplay } from '../server/replay.ts';
import { createTraces } from '../server/traces.ts';
import { createSequenceValidator } from '../server/validator.ts';
import { createServiceLog } from '../service-log.ts';
import { readSettings, serverSchema, usualServer } from '../settings.ts';

/** What the lab sends for a crash in which the group is left: otherwise the broker waits for the member for seconds. */
const crashSignal = 'SIGUSR2';

run(async () => {
  const sessionStart = Date.now();
  const log = createServiceLog(variable('LOG_FILE'));
  const settings = readSettings(variable('SETTINGS'), usualServer);
  const affliction = watchAffliction(variable('LAB_AFFLICTION'), sessionStart);
  const metrics = createMetrics();
  const validator = createSequenceValidator(settings.gap_policy === 'halt');
  const broker = variable('KAFKA');
  const dlq = createDlq({ kafka: kafkaClient(broker, 'websocket-server-dlq', 1), settings, affliction, metrics, log });
  const lag = watchLag(kafkaClient(broker, 'websocket-server-lag'), settings);
  const replay = openReplay(variable('REDIS'), settings.replay_memory_entries, metrics);

  const health = (): Answer => {
    const kafka_status = !lag.isConnected() ? 'disconnected' : affliction().brokerLosesEvery > 0 ? 'degraded' : 'connected';
    const halted_threads = validator.halted();
    const dlq_health = dlq.health();
    const alert =
      kafka_status !== 'connected'
        ? `kafka is ${kafka_status}`
        : halted_threads.length > 0
          ? `halted: ${halted_threads.join(', ')}`
          : dlq_health.status === 'failing'
            ? 'the DLQ cannot be written'
            : 'none';
    const status = alert === 'none' ? 'ok' : 'degraded';
    const connected_clients = hub.count();
    return {
      status: 200,
      json: { status, kafka_status, websocket_status: 'ok', alert, connected_clients, dlq_health, halted_threads },
    };
  };
  const gauges = (): readonly Metric[] => [
    { name: 'websocket_connected_clients', help: 'Clients.', type: 'gauge', samples: one(hub.count()) },
    {
      name: 'websocket_halted_threads',
      help: 'Threads halted by a gap.',
      type: 'gauge',
      samples: one(validator.halted().length),
    },
    {
      name: 'websocket_kafka_consumer_lag',
      help: 'Messages between the consumer and the end of the partition.',
      type: 'gauge',
      samples: [...lag.lag()].map(([partition, value]) => ({ labels: { partition: String(partition) }, value })),
    },
  ];
  const version = (): Answer => ({
    status: 200,
    json: {
      version: '4.2.0',
      dashflow_streaming: serverSchema.library,
      schema_version: serverSchema.version,
      resume_namespace: resumeNamespace,
      session_start: new Date(sessionStart).toISOString(),
      settings,
    },
  });
  const resume = async (query: URLSearchParams): Promise<Answer> => {
    const back = query.get('back');
    const text = await (back === null
      ? replay.find(Number(query.get('partition') ?? 0), query.get('offset') ?? '')
      : replay.findBack(Number(back)));
    return text === undefined ? notFound : { status: 200, text };
  };
  const server = await serve(port('PORT'), (path, _, { query }) => {
    if (path === '/health') return health();
    if (path === '/metrics') return { status: 200, text: metrics.text(gauges()) };
    if (path === '/version') return version();
    return path === '/resume' ? resume(query) : notFound;
  });
  const hub = openHub(server, settings, metrics, log);
  const traces = createTraces(variable('JAEGER'), 'websocket-server');
  const pipeline = createPipeline({ settings, sessionStart, affliction, metrics, validator, dlq, hub, replay, traces, log });
  setInterval(pipeline.settleGaps, 100);
  const { version: schema, library } = serverSchema;
  log('INFO', `dashflow-streaming ${library}, protobuf version ${library}, schema version ${String(schema)}`);
  const kafka = kafkaClient(broker, 'websocket-server', 3);
  const parts = { kafka, settings, affliction, lag, metrics, log };
  const reader = startReader({ ...parts, handle: pipeline.handle, afterBatch: pipeline.flush });
  log('INFO', `listening on port ${String(port('PORT'))}`);
  const end = (code: number): void => {
    void reader.stop().finally(() => process.exit(code));
  };
  process.removeAllListeners('SIGTERM');
  process.once('SIGTERM', () => {
    end(0);
  });
  process.once(crashSignal, () => {
    log('ERROR', 'fatal: memory allocation failed');
    end(137);
  });
});
