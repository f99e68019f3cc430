/** What Prometheus evaluates for the exchange. */
const alert = (
  name: string,
  expr: string,
  severity: string,
  summary: string,
  lasts = '1s',
): Readonly<Record<string, unknown>> => ({
  alert: name,
  expr,
  for: lasts,
  labels: { severity },
  annotations: { summary },
});

const p99 = 'histogram_quantile(0.99, sum by (le) (rate(settlement_lag_seconds_bucket[5s])))';

export const rules = [
  alert('LedgerInvariantViolation', 'increase(invariant_violation_total[5s]) > 0', 'SEV1', 'The ledger breaks an invariant'),
  alert('SettlementLagHigh', `${p99} > 2`, 'SEV2', 'Trades wait more than 2 s for settlement'),
  alert('SplitBrainSuspected', 'sum(engine_is_leader) > 1', 'SEV1', 'Two engines believe to lead'),
  alert('WsFanoutOverload', 'rate(ws_close_total{reason="SLOW_CONSUMER"}[5s]) > 0', 'SEV3', 'Slow clients are closed'),
  alert('KafkaBrokerDown', 'kafka_brokers < kafka_brokers_expected', 'SEV2', 'A broker does not answer'),
  alert('PostgresDown', 'ledger_up == 0', 'SEV1', 'The ledger does not answer'),
] as const;
