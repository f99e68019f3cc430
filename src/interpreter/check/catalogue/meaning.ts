import type { LintRule } from '../../port/lint-rule.ts';

const metric = 'targets: { metrics: prometheus }\nsteps:\n';

/** Well formed, and still wrong. */
export const rules: readonly LintRule[] = [
  {
    code: 'effect/write-in-reads',
    summary: 'A step that may change something stands where only reads are possible.',
    why: 'Preconditions, evidence, diagnosis, waits and proofs are performed by `check` and repeated at will: they must change nothing.',
    bad: 'preconditions:\n  - { id: one, type: shell, argv: [systemctl, restart, web] }\nsteps:\n  - { id: two, type: shell, argv: ["true"] }\n',
    good: 'preconditions:\n  - { id: one, type: shell, argv: [systemctl, is-active, web], reads: true }\nsteps:\n  - { id: two, type: shell, argv: ["true"] }\n',
    at: 'shell, argv: [systemctl',
  },
  {
    code: 'effect/laxer',
    summary: 'An author may call a step more dangerous than its type says, never less.',
    why: 'Confirmations, locks and `check` follow the effect; a destructive command declared as a read would run in a rehearsal of the diagnosis.',
    bad: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, command: [SET, a, b], effect: read }\n',
    good: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, command: [SET, a, b] }\n',
    at: 'read }',
  },
  {
    code: 'undo/no-restore',
    summary: 'The step type cannot capture what this step changes.',
    why: '`undo: restore` would promise an undo that does not exist.',
    bad: 'steps:\n  - { id: one, type: shell, argv: [systemctl, stop, web], undo: restore }\n',
    good: 'steps:\n  - { id: one, type: shell, argv: [systemctl, stop, web], undo: { type: shell, argv: [systemctl, start, web] } }\n',
    at: 'restore',
  },
  {
    code: 'wait/no-timeout',
    summary: 'A wait without a timeout may never end.',
    why: 'Nobody is told that nothing happens any more.',
    bad: 'steps:\n  - { id: one, type: shell, argv: [cat, state], reads: true, until: value == "up" }\n',
    good: 'steps:\n  - { id: one, type: shell, argv: [cat, state], reads: true, until: value == "up", timeout: 5m }\n',
    at: 'until',
  },
  {
    code: 'wait/too-short',
    summary: 'The timeout is not longer than the time for which the condition must hold.',
    why: 'The wait can only fail.',
    bad: `${metric}  - { id: one, type: metric, query: up, until: value == 1, for: 10m, timeout: 5m }\n`,
    good: `${metric}  - { id: one, type: metric, query: up, until: value == 1, for: 10m, timeout: 30m }\n`,
    at: '5m }',
  },
  {
    code: 'wait/no-pause',
    summary: 'Readings without a pause between them.',
    why: 'The wait would load the server that is in trouble already.',
    bad: `${metric}  - { id: one, type: metric, query: up, until: value == 1, every: 0s, timeout: 5m }\n`,
    good: `${metric}  - { id: one, type: metric, query: up, until: value == 1, every: 5s, timeout: 5m }\n`,
    at: '0s',
  },
  {
    code: 'undo/nothing',
    summary: 'An undo of a step that has nothing to undo.',
    why: 'What the runbook seems to take back stays unchanged.',
    bad: 'steps:\n  - { id: pause, type: shell, argv: [pause], undo: none }\n  - { id: resume, type: undo, of: [pause] }\n',
    good: 'steps:\n  - { id: pause, type: shell, argv: [pause], undo: { type: shell, argv: [resume] } }\n  - { id: resume, type: undo, of: [pause] }\n',
    at: 'pause] }\n',
  },
  {
    code: 'wait/one-reading',
    severity: 'warning',
    summary: 'The timeout is over before the second reading.',
    why: 'The wait is a single look: when it does not hold at once, it has failed.',
    bad: `${metric}  - { id: one, type: metric, query: up, until: value == 1, every: 10m, timeout: 5m }\n`,
    good: `${metric}  - { id: one, type: metric, query: up, until: value == 1, every: 10s, timeout: 5m }\n`,
    at: '10m',
  },
  {
    code: 'wait/retry',
    summary: '`retry` does nothing beside `until`.',
    why: 'A wait continues by itself until its timeout; a number of tries would not be obeyed.',
    bad: `${metric}  - { id: one, type: metric, query: up, until: value == 1, timeout: 5m, retry: { attempts: 3 } }\n`,
    good: `${metric}  - { id: one, type: metric, query: up, until: value == 1, timeout: 5m }\n`,
    at: 'retry',
  },
  {
    code: 'wait/no-until',
    summary: '`for`, `every` or `abortWhen` without `until`.',
    why: 'They belong to a wait, and there is none: the step reads once.',
    bad: `${metric}  - { id: one, type: metric, query: up, for: 10m, expect: value == 1 }\n`,
    good: `${metric}  - { id: one, type: metric, query: up, for: 10m, until: value == 1, timeout: 30m }\n`,
    at: 'for:',
  },
];
