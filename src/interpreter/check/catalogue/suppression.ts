import type { LintRule } from '../../port/lint-rule.ts';

const write = 'targets: { cache: redis }\nsteps:\n';
const all = '  - { id: look, type: redis, command: [BOX.LOOK, a] }\n';

/** Comments that take a warning away. */
export const rules: readonly LintRule[] = [
  {
    code: 'lint/suppression-without-reason',
    summary: 'A comment suppresses a warning and does not say why.',
    why: 'Whoever reads it at night cannot tell a considered exception from a warning that was in somebody’s way.',
    bad: `${write}  # runbook-lint-disable-next-line redis/unknown-command\n${all}`,
    good: `${write}  # runbook-lint-disable-next-line redis/unknown-command: a command of our own module\n${all}`,
    at: '# runbook',
    severity: 'warning',
  },
  {
    code: 'lint/suppression-unused',
    summary: 'A comment suppresses what is not there.',
    why: 'It stays when the next edit makes the mistake anew, and then hides it.',
    bad: `${write}  # runbook-lint-disable-next-line redis/unknown-command: a command of our own module\n  - { id: look, type: redis, command: [PING] }\n`,
    good: `${write}  - { id: look, type: redis, command: [PING] }\n`,
    at: '# runbook',
    severity: 'warning',
  },
];
