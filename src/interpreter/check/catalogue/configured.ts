import type { LintRule } from '../../port/lint-rule.ts';

const read = 'steps:\n  - { id: one, type: redis, command: [GET, a] }\n';
const listing = 'steps:\n  - { id: one, type: shell, argv: [ls] }\n';
const toy = 'environments:\n  toy:\n    rehearsal: true\n';
const environment = (target: string): string => `environments:\n  production:\n    targets:\n${target}`;
const cache = '      cache: { type: redis, url: "redis://127.0.0.1:6379" }\n';
const broker = (brokers: string): string => environment(`      broker: { type: kafka, brokers: ${brokers} }\n`);
const restart = (role: string): string =>
  `steps:\n  - { id: one, type: shell, argv: [systemctl, restart, web], approve: { from: [${role}], timeout: 1h } }\n`;

const both = (config: string): NonNullable<LintRule['config']> => ({ bad: config, good: config });

/** What only a configuration can tell (`runbook lint --config`). */
export const rules: readonly LintRule[] = [
  {
    code: 'target/unbound',
    summary: 'The environment binds nothing to a target that the runbook declares.',
    why: 'The run would be refused before its first step, on the night it is needed.',
    bad: `targets: { cahce: redis }\n${read}`,
    good: `targets: { cache: redis }\n${read}`,
    at: 'cahce',
    config: both(environment(cache)),
  },
  {
    code: 'target/entry',
    summary: 'What the configuration says of a target cannot be used.',
    why: 'The step would fail at its first connection; a step that pages somebody at that moment pages nobody.',
    bad: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, describeCluster: {} }\n',
    good: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, describeCluster: {} }\n',
    at: 'broker',
    config: { bad: broker('b1.internal'), good: broker('["b1.internal:9092"]') },
  },
  {
    code: 'target/at',
    summary: 'A step chooses a field of its target, and the configuration does not allow this.',
    why: 'Credentials of the target are sent to the place that is chosen. Where that may be is decided by whoever owns the environment.',
    bad: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, at: { host: elsewhere }, command: [GET, a] }\n',
    good: 'targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, at: { host: cache-2 }, command: [GET, a] }\n',
    at: 'elsewhere',
    config: both(environment('      cache: { type: redis, host: cache-1, at: { host: "cache-[0-9]" } }\n')),
  },
  {
    code: 'approve/unknown-role',
    summary: 'An approval is asked from a role that nobody has.',
    why: 'The run waits for somebody who does not exist, until its time is over.',
    bad: restart('oncal'),
    good: restart('oncall'),
    at: 'oncal',
    severity: 'warning',
    config: both('environments:\n  production:\n    targets: {}\nroles:\n  oncall: [ana]\n'),
  },
  {
    code: 'rehearsal/due',
    summary:
      'The configuration demands a rehearsal (`lint: { rehearsedWithin: 90d }`), and this runbook had none in that time, or failed it, or was changed since.',
    why: 'A runbook that nobody has tried on the systems of today may not work on them; the night of the incident is a bad time to learn it.',
    bad: listing,
    good: listing,
    at: 'example',
    severity: 'warning',
    config: { bad: `${toy}lint:\n  rehearsedWithin: 90d\n`, good: toy },
  },
];
