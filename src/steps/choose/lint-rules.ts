import type { LintRule } from '../../interpreter/port/lint-rule.ts';

/** What the rules of this step type mean; see LintRule. */
export const rules: readonly LintRule[] = [
  {
    code: 'choose/no-options',
    summary: 'A choice without anything to choose from.',
    why: 'The run would stop there with a question that has no answer.',
    bad: 'steps:\n  - { id: way, type: choose, suggest: "\'wait\'" }\n',
    good: 'steps:\n  - { id: way, type: choose, options: { wait: {}, restart: {} }, suggest: "\'wait\'" }\n',
    at: '{ id: way',
  },
  {
    code: 'choose/two-lists',
    summary: '`options` and `from` exclude each other.',
    why: 'Only one of them would be asked.',
    bad: 'steps:\n  - { id: way, type: choose, options: { a: {} }, from: "[\'b\']" }\n',
    good: "steps:\n  - { id: way, type: choose, from: \"['a', 'b']\" }\n",
    at: '"[\'b\']"',
  },
  {
    code: 'choose/reserved-name',
    summary: 'An option with a name that the record needs.',
    why: 'In the record nobody could tell the choice from a question that was left open.',
    bad: 'steps:\n  - { id: way, type: choose, options: { open: {}, close: {} } }\n',
    good: 'steps:\n  - { id: way, type: choose, options: { openIt: {}, close: {} } }\n',
    at: '{}, close',
  },
  {
    code: 'choose/for-each',
    summary: 'A choice with steps inside its options has a forEach of its own.',
    why: 'Each item would have a choice, and the steps of an option would not know which of them they belong to.',
    bad: 'steps:\n  - { id: way, type: choose, forEach: "[1, 2]", options: { yes: { steps: [{ id: one, type: shell, argv: ["true"] }] } } }\n',
    good: 'steps:\n  - id: each\n    forEach: "[1, 2]"\n    steps:\n      - { id: way, type: choose, options: { yes: { steps: [{ id: one, type: shell, argv: ["true"] }] } } }\n',
    at: '"[1, 2]"',
  },
  {
    code: 'choose/suggests-nothing',
    summary: 'The suggestion is not one of the options.',
    why: 'The operator would get no suggestion in the very case that it was written for.',
    bad: 'steps:\n  - { id: way, type: choose, options: { wait: {}, restart: {} }, suggest: "\'reboot\'" }\n',
    good: 'steps:\n  - { id: way, type: choose, options: { wait: {}, restart: {} }, suggest: "\'restart\'" }\n',
    at: 'reboot',
  },
];
