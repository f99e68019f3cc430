import type { LintRule } from '../../port/lint-rule.ts';

const alert = 'triggers: [{ alert: ServiceDown }]\ntargets: { metrics: prometheus }\n';
const restart = '  - { id: one, type: shell, argv: [systemctl, restart, web]';
const proof = 'validations:\n  - { id: up, type: metric, query: up, expect: value == 1 }\n';

const second = (id: string, flag: string): string =>
  `apiVersion: runbook/v1\nid: ${id}\ntitle: Example\nowners: [team]\ntargets: { flags: flag }\nsteps:\n  - { id: one, type: flag, flag: ${flag}, set: false }\n`;

const locked = (id: string, lock: string): string => `${second(id, lock)}lock: ${lock}\n`;
const crossing = (id: string, lock: string, other: string): string =>
  `apiVersion: runbook/v1\nid: ${id}\ntitle: Example\nowners: [team]\nlock: ${lock}\ntargets: { flags: flag }\nsteps:\n  - { id: one, type: runbook, run: ${other}, offer: "Do the other too?" }\n`;

/** Correct, and not what a careful author writes. */
export const rules: readonly LintRule[] = [
  {
    code: 'undo/missing',
    summary: 'A change in a runbook that answers an alert does not say how it is taken back.',
    why: 'When a later step fails, the operator must know at once whether the change can be undone, or that nothing can be done about it.',
    bad: `${alert}steps:\n${restart} }\n${proof}`,
    good: `${alert}steps:\n${restart}, undo: none }\n${proof}`,
    at: 'shell',
    severity: 'warning',
  },
  {
    code: 'validation/none',
    summary: 'Nothing proves that the last change helped.',
    why: 'A runbook without validations succeeds whatever became of the service.',
    bad: `${alert}steps:\n${restart}, undo: none }\n`,
    good: `${alert}steps:\n${restart}, undo: none }\n${proof}`,
    at: 'shell',
    severity: 'warning',
  },
  {
    code: 'wait/contradiction',
    summary: 'Thresholds that no reading can satisfy together.',
    why: 'The wait or the validation can only fail, which is seen in the night.',
    bad: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: lag, until: value < 5, timeout: 5m }\nvalidations:\n  - { id: two, type: metric, query: lag, expect: value >= 10 }\n',
    good: 'targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: lag, until: value < 5, timeout: 5m }\nvalidations:\n  - { id: two, type: metric, query: lag, expect: value < 10 }\n',
    at: 'value >= 10',
    severity: 'warning',
  },
  {
    code: 'secret/literal',
    summary: 'The document contains a secret.',
    why: 'Whoever can read the repository has it, and its history keeps it.',
    bad: 'steps:\n  - { id: one, type: shell, argv: [mail, --queue], env: { TOKEN: "s3cr3tW0rd77" } }\n',
    good: 'steps:\n  - { id: one, type: shell, argv: [mail, --queue], env: { TOKEN: "{{secrets.mailToken}}" } }\n',
    at: '"s3cr3tW0rd77"',
    severity: 'warning',
  },
  {
    code: 'lock/not-shared',
    summary: 'Two runbooks change the same thing and may run at the same time.',
    why: 'Each would undo what the other has just done. A run holds its lock until it ends; another run with the same lock is refused meanwhile. Compared are the runbooks of one call of `lint`.',
    beside: `${second('drain', 'gateway')}lock: gateway\n`,
    bad: second('deploy', 'gateway'),
    good: `${second('deploy', 'gateway')}lock: gateway\n`,
    at: 'gateway',
    severity: 'warning',
  },
  {
    code: 'lock/beside',
    summary: 'Two calls with the same lock run at the same time.',
    why: 'A lock keeps runs apart. Inside one run the calls of a parallel group, and the items of a parallel forEach, are not kept apart by it.',
    beside: `${second('drain', 'gateway')}lock: gateway\n`,
    bad: "targets: { flags: flag }\nsteps:\n  - { id: all, forEach: \"['a', 'b']\", parallel: 2, type: runbook, run: drain }\n",
    good: "targets: { flags: flag }\nsteps:\n  - { id: all, forEach: \"['a', 'b']\", type: runbook, run: drain }\n",
    at: 'drain',
    severity: 'warning',
  },
  {
    code: 'lock/order',
    summary: 'Two runbooks take the same two locks in opposite order.',
    why: 'A call that may not be reached takes its lock when it is reached. When each of two runs holds the lock that the other needs next, both stop in the middle. Locks that are listed are taken before the first step.',
    beside: [locked('drain', 'gateway'), locked('purge', 'queue'), crossing('gateways', 'gateway', 'purge')],
    bad: crossing('queues', 'queue', 'drain'),
    good: crossing('queues', '[queue, gateway]', 'drain'),
    at: 'drain,',
    severity: 'warning',
  },
];
