import type { LintRule } from '../../interpreter/port/lint-rule.ts';

/** What the rules of this step type mean; see LintRule. */
export const rules: readonly LintRule[] = [
  {
    code: 'log/pattern',
    summary: 'The regular expression is not valid.',
    why: 'Patterns are RE2: without look-around and back-references, and so without patterns that take forever.',
    bad: 'targets: { web: kubernetes }\nsteps:\n  - { id: one, type: log, target: web, match: "(error", since: 5m }\n',
    good: 'targets: { web: kubernetes }\nsteps:\n  - { id: one, type: log, target: web, match: "(error)", since: 5m }\n',
    at: '"(error',
  },
  {
    code: 'log/no-source',
    summary: 'A log step that names no log.',
    why: 'There is nothing to read: neither a file, nor a command that prints the log, nor a cluster that keeps it.',
    bad: 'steps:\n  - { id: one, type: log, match: error }\n',
    good: 'steps:\n  - { id: one, type: log, match: error, file: app.log }\n',
    at: '{ id: one',
  },
  {
    code: 'log/not-on-cluster',
    summary: 'A log that cannot be that of the cluster which the target names.',
    why: 'A file lies on this machine, and a command that names another cluster reads the log of that one: its count would be taken for the answer.',
    bad: 'targets: { web: kubernetes }\nsteps:\n  - { id: one, type: log, target: web, match: error, command: [docker, logs, web] }\n',
    good: 'targets: { web: kubernetes }\nsteps:\n  - { id: one, type: log, target: web, match: error, command: [kubectl, logs, deploy/web] }\n',
    at: '[docker',
  },
];
