import type { LintRule } from '../../interpreter/port/lint-rule.ts';

/** What the rules of this step type mean; see LintRule. */
export const rules: readonly LintRule[] = [
  {
    code: 'alert/one-operation',
    summary: 'An alert step does `alert`, `silence` or `expire`, one of them.',
    why: 'Reading a state and silencing it are asked of different servers.',
    bad: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: alert, timeout: 5s }\n',
    good: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: alert, alert: GatewayDown, timeout: 5s }\n',
    at: '{ id: one',
  },
  {
    code: 'alert/target',
    summary: 'The target is of the other type.',
    why: 'Rules live in Prometheus, silences in Alertmanager; the other one answers 404 when the step is reached.',
    bad: 'targets: { pages: alertmanager }\nsteps:\n  - { id: one, type: alert, alert: GatewayDown }\n',
    good: 'targets: { metrics: prometheus, pages: alertmanager }\nsteps:\n  - { id: one, type: alert, target: metrics, alert: GatewayDown }\n',
    at: 'GatewayDown',
  },
];
