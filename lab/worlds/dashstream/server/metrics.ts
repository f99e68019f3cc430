/** The counters and gauges of the websocket-server. A counter with a label has no series before its first event, as client libraries have it. */
import type { Metric } from '../../../services/exposition.ts';
import { createHistogram, exposition, labelled, one } from '../../../services/exposition.ts';

interface Declared {
  readonly help: string;
  /** Without it: one series, there from the start. */
  readonly label?: string;
}

const counters = {
  websocket_kafka_messages_total: { help: 'Messages read from Kafka.', label: 'status' },
  websocket_decode_errors_total: { help: 'Messages that could not be decoded.', label: 'error_type' },
  websocket_dlq_sends_total: { help: 'Messages written to the DLQ.', label: 'error_type' },
  websocket_dlq_send_failures_total: { help: 'Writes to the DLQ that failed.', label: 'reason' },
  websocket_dropped_messages_total: { help: 'Messages that clients did not get.', label: 'reason' },
  websocket_client_lag_messages_total: { help: 'Messages by which clients were behind when some were dropped.' },
  websocket_infrastructure_errors_total: { help: 'Errors of Kafka itself.', label: 'kind' },
  websocket_oversized_messages_total: { help: 'Messages above max_message_bytes.' },
  dashstream_sequence_gaps_total: { help: 'Sequence numbers that never came.' },
  dashstream_sequence_duplicates_total: { help: 'Messages that came twice.' },
  dashstream_sequence_reorders_total: { help: 'Messages that came after a later one.' },
  dashstream_dlq_dropped_total: { help: 'Messages that the DLQ handler dropped.', label: 'service' },
  websocket_thread_messages_total: { help: 'Messages of each thread that clients got.', label: 'thread_id' },
  replay_buffer_misses_total: { help: 'Messages that nobody has any more.' },
  replay_buffer_memory_hits_total: { help: 'Replayed messages that memory had.' },
  replay_buffer_redis_hits_total: { help: 'Replayed messages that only Redis had.' },
} satisfies Readonly<Record<string, Declared>>;
export type CounterName = keyof typeof counters;

/** Upper bounds, milliseconds. */
const buckets = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

export interface Metrics {
  add(name: CounterName, by: number, label?: string): void;
  /** Sum over all labels. */
  total(name: CounterName): number;
  /** A message has reached the clients, so many milliseconds after it was made. */
  latency(ms: number): void;
  text(gauges: readonly Metric[]): string;
}

export function createMetrics(): Metrics {
  const values = new Map<string, Map<string, number>>();
  let isObserved = false;
  for (const [name, { label }] of Object.entries<Declared>(counters))
    values.set(name, new Map(label === undefined ? [['', 0]] : []));

  const counterOf = ([name, { help, label }]: [string, Declared]): Metric => {
    const series = values.get(name) ?? new Map<string, number>();
    return { name, help, type: 'counter', samples: label === undefined ? one(series.get('') ?? 0) : labelled(label, series) };
  };
  const latencies = createHistogram(buckets);
  const histogram = (): Metric => ({
    name: 'websocket_e2e_latency_ms',
    help: 'Time from the producer to the clients.',
    type: 'histogram',
    samples: latencies.samples(),
  });
  return {
    add: (name, by, label = '') => {
      const series = values.get(name);
      series?.set(label, (series.get(label) ?? 0) + by);
    },
    total: (name) => [...(values.get(name)?.values() ?? [])].reduce((all, value) => all + value, 0),
    latency: (ms) => {
      isObserved = true;
      latencies.observe(ms);
    },
    text: (gauges) =>
      exposition([
        ...Object.entries<Declared>(counters)
          .map(counterOf)
          .filter(({ samples }) => samples.length > 0),
        ...(isObserved ? [histogram()] : []),
        ...gauges,
      ]),
  };
}
