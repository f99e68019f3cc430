import type { LintRule } from '../../port/lint-rule.ts';

const step = '  - { id: one, type: shell, argv: ["true"] }\n';

/** Keys and values that do not fit the schema. */
export const rules: readonly LintRule[] = [
  {
    code: 'document/other',
    summary: 'The file is of another kind: a configuration, or a file of some other program.',
    why: 'Nothing in it can be checked as a runbook, and whoever runs it gets nothing.',
    bad: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: gateway }\n',
    good: `apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\nsteps:\n${step}`,
    at: 'apiVersion',
  },
  {
    code: 'key/missing',
    summary: 'A key that is needed is not there.',
    why: 'Without it the runbook cannot be found, run or owned.',
    bad: `apiVersion: runbook/v1\nid: example\ntitle: Example\nsteps:\n${step}`,
    good: `apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\nsteps:\n${step}`,
    at: 'apiVersion',
  },
  {
    code: 'key/no-effect',
    summary: 'A key of the language stands where nothing reads it, such as `expect` on a group.',
    why: 'The author counts on it: an expectation that is not checked passes, a confirmation that is not asked for lets the change happen.',
    bad:
      'validations:\n  - id: healthy\n    expect: "1 == 2"\n    steps:\n      - { id: probe, type: shell, argv: ["true"], reads: true, expect: result.exitCode == 0 }\nsteps:\n' +
      step,
    good:
      'validations:\n  - id: healthy\n    steps:\n      - { id: probe, type: shell, argv: ["true"], reads: true, expect: result.exitCode == 0 }\nsteps:\n' +
      step,
    at: 'expect: "1',
  },
  {
    code: 'key/unknown',
    summary: 'A key that nothing reads.',
    why: 'A misspelt key is the commonest mistake, and its effect is silence: the timeout, the guard, the undo is simply not there.',
    bad: 'steps:\n  - { id: one, type: shell, argv: ["true"], timout: 5s }\n',
    good: 'steps:\n  - { id: one, type: shell, argv: ["true"], timeout: 5s }\n',
    at: 'timout',
  },
  {
    code: 'step/unknown-type',
    summary: 'There is no step type of this name.',
    why: 'The step could not be performed.',
    bad: 'steps:\n  - { id: one, type: shel, argv: ["true"] }\n',
    good: `steps:\n${step}`,
    at: 'shel,',
  },
  {
    code: 'value/duration',
    summary: 'Not a duration.',
    why: 'Durations are written 250ms, 30s, 5m, 1h30m, 2d: a bare number could be seconds or milliseconds.',
    bad: 'steps:\n  - { id: one, type: shell, argv: ["true"], timeout: 5 min }\n',
    good: 'steps:\n  - { id: one, type: shell, argv: ["true"], timeout: 5m }\n',
    at: '5 min',
  },
  {
    code: 'value/enum',
    summary: 'Not one of the possible words.',
    why: 'A policy that does not exist would be no policy.',
    bad: 'steps:\n  - { id: one, type: shell, argv: ["true"], onFailure: ignore }\n',
    good: 'steps:\n  - { id: one, type: shell, argv: ["true"], onFailure: continue }\n',
    at: 'ignore',
  },
  {
    code: 'value/invalid',
    summary: 'The value is outside of what is possible.',
    why: 'Limits are there because the step could not work beyond them.',
    bad: 'steps:\n  - { id: one, type: shell, argv: [] }\n',
    good: `steps:\n${step}`,
    at: '[] }',
  },
  {
    code: 'value/pattern',
    summary: 'The text does not have the form that is needed here.',
    why: 'Ids are names of files, lock names and parts of commands.',
    bad: `apiVersion: runbook/v1\nid: My Runbook\ntitle: Example\nowners: [team]\nsteps:\n${step}`,
    good: `apiVersion: runbook/v1\nid: my-runbook\ntitle: Example\nowners: [team]\nsteps:\n${step}`,
    at: 'My Runbook',
  },
  {
    code: 'value/type',
    summary: 'A value of another kind is needed.',
    why: 'A text where a list is needed would be taken apart, or as a whole, by chance.',
    bad: 'steps:\n  - { id: one, type: shell, argv: "kubectl get pods" }\n',
    good: 'steps:\n  - { id: one, type: shell, argv: [kubectl, get, pods] }\n',
    at: '"kubectl',
  },
];
