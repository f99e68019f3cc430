import type { LintRule } from '../../interpreter/port/lint-rule.ts';

/** What the rules of this step type mean; see LintRule. */
export const rules: readonly LintRule[] = [
  {
    code: 'redis/one-operation',
    summary: 'A redis step does `command` or `scan`, one of them.',
    why: 'Which of the two is meant decides what happens to the data.',
    bad: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, timeout: 5s }\n',
    good: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, command: [PING], timeout: 5s }\n',
    at: '{ id: one',
  },
  {
    code: 'redis/refused',
    summary: 'The command blocks the server or the connection.',
    why: 'KEYS reads all keys while everybody waits; blocking commands and subscriptions hold the connection for ever.',
    bad: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, command: [KEYS, "*"] }\n',
    good: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, scan: { match: "*" } }\n',
    at: 'KEYS',
  },
  {
    code: 'redis/words',
    summary: 'A command line as one word.',
    why: 'It would be taken as the name of one command, with blanks in it.',
    bad: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, command: ["GET a"] }\n',
    good: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, command: [GET, a] }\n',
    at: '"GET a"',
  },
  {
    code: 'redis/unknown-command',
    summary: 'The command is not in the table.',
    why: 'A misspelt command fails at night; a command of a module is taken as a write.',
    bad: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, command: [GTE, a] }\n',
    good: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, command: [GET, a] }\n',
    at: 'GTE',
    severity: 'warning',
  },
  {
    code: 'redis/arguments',
    summary: 'The command takes more or fewer arguments.',
    why: 'The server refuses it when the step is reached.',
    bad: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, command: [HGET, session] }\n',
    good: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, command: [HGET, session, user] }\n',
    at: '[HGET',
  },
];
