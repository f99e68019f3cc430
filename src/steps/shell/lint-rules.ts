import type { LintRule } from '../../interpreter/port/lint-rule.ts';

/** What the rules of this step type mean; see LintRule. */
export const rules: readonly LintRule[] = [
  {
    code: 'shell/no-command',
    summary: 'A shell step without a command.',
    why: 'There is nothing to run.',
    bad: 'steps:\n  - { id: one, type: shell, timeout: 5s }\n',
    good: 'steps:\n  - { id: one, type: shell, argv: [systemctl, is-active, web], timeout: 5s }\n',
    at: '{ id: one',
  },
  {
    code: 'shell/two-commands',
    summary: '`argv` and `script` exclude each other.',
    why: 'Only one of them would run.',
    bad: 'steps:\n  - { id: one, type: shell, argv: [date], script: date }\n',
    good: 'steps:\n  - { id: one, type: shell, script: date }\n',
    at: 'date }',
  },
  {
    code: 'shell/operator-in-argv',
    summary: 'A shell operator as an argument.',
    why: 'No shell reads argv: the pipe would be an argument of the first program, which often takes it without a word.',
    bad: 'steps:\n  - { id: one, type: shell, argv: [cat, log, "|", grep, error] }\n',
    good: 'steps:\n  - { id: one, type: shell, script: "cat log | grep error" }\n',
    at: '"|"',
  },
  {
    code: 'shell/words-in-argv',
    summary: 'A command line as one word.',
    why: 'It would be taken as the name of one program, with blanks in it.',
    bad: 'steps:\n  - { id: one, type: shell, argv: ["kubectl get pods"] }\n',
    good: 'steps:\n  - { id: one, type: shell, argv: [kubectl, get, pods] }\n',
    at: '"kubectl',
  },
  {
    code: 'shell/no-script',
    summary: '`shell` does nothing without `script`.',
    why: 'The author believes that a shell reads the arguments.',
    bad: 'steps:\n  - { id: one, type: shell, argv: [echo, "$HOME"], shell: sh }\n',
    good: 'steps:\n  - { id: one, type: shell, script: "echo $HOME", shell: sh }\n',
    at: 'sh }',
  },
  {
    code: 'shell/reads-but-writes',
    summary: '`reads: true` on a command that certainly changes something.',
    why: 'The word of the author counts where nothing is known of a command. `check` runs reads, and repeats them after a crash.',
    bad: 'steps:\n  - { id: one, type: shell, argv: [systemctl, restart, web], reads: true }\n',
    good: 'steps:\n  - { id: one, type: shell, argv: [systemctl, restart, web], undo: none }\n',
    at: 'true }',
  },
  {
    code: 'shell/no-such-program',
    summary: 'A program that this machine does not have (`lint --commands`).',
    why: 'A mistyped name is found by the step that needs it. Only where the runbooks will run is it known what should be there, so lint looks when it is asked; with the variables of `runbook lab env` the programs of the lab are there too.',
    bad: 'steps:\n  - { id: one, type: shell, argv: [dat, --utc] }\n',
    good: 'steps:\n  - { id: one, type: shell, argv: [date, --utc] }\n',
    at: 'dat,',
    severity: 'warning',
    machine: true,
  },
];
