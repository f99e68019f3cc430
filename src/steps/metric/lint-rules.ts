import type { LintRule } from '../../interpreter/port/lint-rule.ts';

/** What the rules of this step type mean; see LintRule. */
export const rules: readonly LintRule[] = [
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
    at: 'rate',
  },
];
