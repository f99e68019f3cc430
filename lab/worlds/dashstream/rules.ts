/**
 * Every alert rule of the system: thresholds as in production, windows and waits short. `3s` stands for 5m and `250ms` for the rule's own wait, so that a
 * fault shows within two seconds; scrapes come every 500 ms, evaluations every 250 ms.
 */
import type { Rule } from '../world.ts';

export const interval = '500ms';
export const evaluation = '250ms';
const wait = '250ms';

/** Rate over the window that stands for five minutes. */
const rate = (metric: string): string => `rate(${metric}[3s])`;
const total = (metric: string): string => `sum(${rate(metric)})`;
const messages = `clamp_min(${total('websocket_kafka_messages_total')}, 1e-9)`;
const p99 = `histogram_quantile(0.99, sum by (le) (${rate('websocket_e2e_latency_ms_bucket')}))`;

interface Alert {
  readonly expr: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'warning' | 'none';
  /** The runbook that answers it. */
  readonly runbook: string;
}

const alerts: Readonly<Record<string, Alert>> = {
  SequenceGapsDetected: {
    expr: `${total('dashstream_sequence_gaps_total')} > 0`,
    severity: 'critical',
    runbook: 'dashstream-sequence-gaps',
  },
  WebSocketDlqBroken: {
    expr: `${total('websocket_dlq_send_failures_total')} > 0`,
    severity: 'critical',
    runbook: 'websocket-dlq-broken',
  },
  ServiceDown: { expr: 'up == 0', severity: 'critical', runbook: 'service-down' },
  HighMessageProcessingErrorRate: {
    expr: `${total('websocket_kafka_messages_total{status="error"}')} / ${messages} > 0.01`,
    severity: 'critical',
    runbook: 'high-message-processing-error-rate',
  },
  HighDecodeErrorRate: {
    expr: `${total('websocket_decode_errors_total')} / ${messages} > 0.05`,
    severity: 'high',
    runbook: 'high-decode-error-rate',
  },
  HighDroppedMessageRate: {
    expr: `${rate('websocket_dropped_messages_total{reason="lagged_receiver"}')} > 0`,
    severity: 'high',
    runbook: 'high-dropped-message-rate',
  },
  WebSocketDlqHighRate: {
    expr: `${total('websocket_dlq_sends_total')} > 0.1`,
    severity: 'high',
    runbook: 'websocket-dlq-high-rate',
  },
  DashStreamDlqBackpressureDrops: {
    expr: `${rate('dashstream_dlq_dropped_total')} > 0`,
    severity: 'high',
    runbook: 'dlq-backpressure-drops',
  },
  KafkaConsumerLagHigh: {
    expr: 'max(websocket_kafka_consumer_lag) > 10000',
    severity: 'high',
    runbook: 'kafka-consumer-lag-high',
  },
  KafkaConsumerLagCritical: {
    expr: 'max(websocket_kafka_consumer_lag) > 100000',
    severity: 'critical',
    runbook: 'kafka-consumer-lag-critical',
  },
  E2ELatencyHigh: { expr: `${p99} > 500`, severity: 'medium', runbook: 'e2e-latency-high' },
  HighDuplicateRate: {
    expr: `${total('dashstream_sequence_duplicates_total')} > 0.1`,
    severity: 'medium',
    runbook: 'high-duplicate-rate',
  },
  HighReorderRate: {
    expr: `${total('dashstream_sequence_reorders_total')} > 0.1`,
    severity: 'medium',
    runbook: 'high-reorder-rate',
  },
  GapDetectedWithHalt: {
    expr: 'max(websocket_halted_threads) > 0',
    severity: 'critical',
    runbook: 'gap-detected-with-halt',
  },
  SchemaVersionMismatch: {
    expr: `${total('websocket_decode_errors_total{error_type="schema_mismatch"}')} > 0`,
    severity: 'warning',
    runbook: 'schema-version-mismatch',
  },
  OversizedMessage: {
    expr: `${total('websocket_oversized_messages_total')} > 0`,
    severity: 'warning',
    runbook: 'oversized-message',
  },
  TenantRateLimitExceeded: {
    expr: 'increase(dashstream_rate_limit_exceeded_total[3s]) > 10',
    severity: 'warning',
    runbook: 'tenant-rate-limit',
  },
  HighDLQRate: { expr: `${total('dashstream_dlq_sends_total')} > 0.1`, severity: 'high', runbook: 'library-dlq-alerts' },
  Watchdog: { expr: 'vector(1)', severity: 'none', runbook: 'none' },
  DLQItselfBroken: {
    expr: `${total('dashstream_dlq_send_failures_total')} / clamp_min(${total('dashstream_dlq_sends_total')}, 1e-9) > 0.5`,
    severity: 'critical',
    runbook: 'library-dlq-alerts',
  },
  DLQBackpressureDrops: { expr: `${total('dashstream_dlq_dropped_total')} > 0`, severity: 'high', runbook: 'library-dlq-alerts' },
  DLQSendFailures: {
    expr: `${total('dashstream_dlq_send_failures_total')} > 0`,
    severity: 'high',
    runbook: 'library-dlq-alerts',
  },
};

export const rules: readonly Rule[] = Object.entries(alerts).map(([alert, { expr, severity, runbook }]) => ({
  alert,
  expr,
  for: wait,
  labels: { severity, service: 'dashstream' },
  annotations: { runbook_url: `runbook:${runbook}` },
}));

/** PromQL that has a result once the alert fires. */
export const fires = (alert: string): string => `ALERTS{alertname="${alert}", alertstate="firing"}`;

/** Every job is up, messages flow, and no alert is pending or firing, except the one that always fires and the latency, which a busy machine alone may raise. */
export const healthy = [
  'count(up == 1) == 4',
  `${total('websocket_kafka_messages_total{status="success"}')} > 0`,
  'absent(ALERTS{severity!="none", alertname!="E2ELatencyHigh"})',
].join(' and on () ');
