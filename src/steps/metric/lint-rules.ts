import type { LintRule } from '../../interpreter/port/lint-rule.ts';

/** What the rules of this step type mean; see LintRule. */
export const rules: readonly LintRule[] = [
  {
    code: 'metric/refused',
    summary: 'Every Prometheus refuses this modifier, matching or number where it stands.',
    why: 'The grammar takes it, the server does not: `offset` behind a function, `group_left` of a set operator, `bool` on a sum, a label matched twice.',
    bad: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: "rate(errors_total[5m]) offset 1h", returns: series }\n',
    good: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: "rate(errors_total[5m] offset 1h)", returns: series }\n',
    at: 'offset',
  },
  {
    code: 'metric/syntax',
    summary: 'The query is not PromQL.',
    why: 'The server would refuse it when the step is reached.',
    bad: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: "sum(rate(errors[5m])" }\n',
    good: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: "sum(rate(errors[5m]))" }\n',
    at: '',
  },
  {
    code: 'metric/range',
    summary: 'The function needs a range vector.',
    why: 'Without a window the server refuses the query when the step is reached.',
    bad: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: "rate(errors)" }\n',
    good: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: "rate(errors[5m])" }\n',
    at: 'errors',
  },
  {
    code: 'metric/type',
    summary: 'An argument, an operand or the whole query is of the wrong type.',
    why: 'Prometheus refuses the query when the step is reached; a range vector or a text is not a reading.',
    bad: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: "histogram_quantile(sum by (le) (rate(latency_bucket[5m])), 0.99)" }\n',
    good: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: "histogram_quantile(0.99, sum by (le) (rate(latency_bucket[5m])))" }\n',
    at: 'sum',
  },
  {
    code: 'metric/unknown-function',
    summary: 'PromQL has no such function.',
    why: 'The server would refuse the query when the step is reached.',
    bad: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: "average(errors)" }\n',
    good: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: "avg(errors)" }\n',
    at: 'average',
  },
  {
    code: 'metric/source',
    summary: 'The target cannot answer this query.',
    why: 'A service exposes what its metrics are now: functions, windows and past values are for a Prometheus that keeps samples, and `increase` between two readings is for a service.',
    bad: 'targets: { service: exposition }\nsteps:\n  - { id: one, type: metric, query: "rate(errors_total[5m])", reduce: sum }\n',
    good: 'targets: { service: exposition }\nsteps:\n  - { id: one, type: metric, query: errors_total, increase: 10s, reduce: sum }\n',
    at: '"rate',
  },
  {
    code: 'metric/timeout',
    summary: 'The time of a reading is over before `increase` is.',
    why: 'The two readings lie that far apart, and without `timeout` an attempt has 30 s; so the step could never succeed.',
    bad: 'targets: { service: exposition }\nsteps:\n  - { id: one, type: metric, query: errors_total, increase: 2m, reduce: sum }\n',
    good: 'targets: { service: exposition }\nsteps:\n  - { id: one, type: metric, query: errors_total, increase: 2m, timeout: 3m, reduce: sum }\n',
    at: '2m',
  },
];
