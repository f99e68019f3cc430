import type { LintRule } from '../../interpreter/port/lint-rule.ts';

/** What the rules of this step type mean; see LintRule. */
export const rules: readonly LintRule[] = [
  {
    code: 'service/action',
    summary: 'No action, two actions, or an action without what it needs.',
    why: 'A step does one thing to one service: only then is it clear what it left behind and how it is undone.',
    bad: 'targets: { web: docker }\nsteps:\n  - { id: one, type: service, start: web, stop: web }\n',
    good: 'targets: { web: docker }\nsteps:\n  - { id: one, type: service, restart: web, undo: none }\n',
    at: 'web }\n',
  },
  {
    code: 'service/impossible',
    summary: 'The target cannot do this.',
    why: 'Only a cluster has replicas and rolls images out; it starts what is stopped by scaling it. The reboot of an instance cannot be seen from outside.',
    bad: 'targets: { web: docker }\nsteps:\n  - { id: one, type: service, scale: web, replicas: 3 }\n',
    good: 'targets: { web: kubernetes }\nsteps:\n  - { id: one, type: service, scale: web, replicas: 3 }\n',
    at: 'web, replicas',
  },
  {
    code: 'service/timeout',
    summary: 'The timeout of the step is over before `within` is.',
    why: '`within` says how long the service may take to be healthy; a shorter timeout fails the step while it still may become so.',
    bad: 'targets: { web: docker }\nsteps:\n  - { id: one, type: service, restart: web, undo: none, within: 5m }\n',
    good: 'targets: { web: docker }\nsteps:\n  - { id: one, type: service, restart: web, undo: none, within: 5m, timeout: 6m }\n',
    at: '5m',
  },
];
