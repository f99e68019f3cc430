import type { LintRule } from '../../interpreter/port/lint-rule.ts';

/** What the rules of this step type mean; see LintRule. */
export const rules: readonly LintRule[] = [
  {
    code: 'log/pattern',
    summary: 'The regular expression is not valid.',
    why: 'Patterns are RE2: without look-around and back-references, and so without patterns that take forever.',
    bad: 'targets: { web: kubernetes }\nsteps:\n  - { id: one, type: log, match: "(error", since: 5m }\n',
    good: 'targets: { web: kubernetes }\nsteps:\n  - { id: one, type: log, match: "(error)", since: 5m }\n',
    at: '"(error',
  },
];
