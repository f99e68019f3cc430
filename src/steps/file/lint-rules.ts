import type { LintRule } from '../../interpreter/port/lint-rule.ts';

/** What the rules of this step type mean; see LintRule. */
export const rules: readonly LintRule[] = [
  {
    code: 'file/one-operation',
    summary: 'A file step does `read` or `edit`, one of them.',
    why: 'Whether the file is changed must not be in doubt.',
    bad: 'steps:\n  - { id: one, type: file, read: a.yaml, edit: a.yaml, set: { a: 1 } }\n',
    good: 'steps:\n  - { id: one, type: file, edit: a.yaml, set: { a: 1 } }\n',
    at: 'a.yaml, set',
  },
  {
    code: 'file/nothing-set',
    summary: '`edit` does not say what to set.',
    why: 'The step would change nothing and look as if it had.',
    bad: 'steps:\n  - { id: one, type: file, edit: a.yaml }\n',
    good: 'steps:\n  - { id: one, type: file, edit: a.yaml, set: { a: 1 } }\n',
    at: 'a.yaml',
  },
  {
    code: 'file/set-of-read',
    summary: '`set` does nothing beside `read`.',
    why: 'The author believes that the file is changed.',
    bad: 'steps:\n  - { id: one, type: file, read: a.yaml, set: { a: 1 } }\n',
    good: 'steps:\n  - { id: one, type: file, read: a.yaml }\n',
    at: '{ a: 1 }',
  },
];
