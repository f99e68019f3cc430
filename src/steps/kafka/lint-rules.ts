import type { LintRule } from '../../interpreter/port/lint-rule.ts';

/** What the rules of this step type mean; see LintRule. */
export const rules: readonly LintRule[] = [
  {
    code: 'kafka/one-operation',
    summary: 'A kafka step has exactly one operation.',
    why: 'Two would have no order, and none does nothing.',
    bad: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, timeout: 5s }\n',
    good: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, describeCluster: {}, timeout: 5s }\n',
    at: '{ id: one',
  },
  {
    code: 'kafka/one-goal',
    summary: '`resetOffsets` says exactly one of to, offset and timestamp.',
    why: 'The new position of the group is the whole meaning of the step.',
    bad: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, resetOffsets: { group: g, topic: t, to: latest, offset: 5 } }\n',
    good: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, resetOffsets: { group: g, topic: t, to: latest } }\n',
    at: '5 }',
  },
  {
    code: 'kafka/timestamp',
    summary: '`resetOffsets.timestamp` is a moment in RFC 3339, with a zone and a day that exists.',
    why: 'A moment that is read as another day moves the group past records that nobody has processed.',
    bad: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, resetOffsets: { group: g, topic: t, timestamp: "2026-02-30T00:00:00Z" } }\n',
    good: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, resetOffsets: { group: g, topic: t, timestamp: "2026-02-28T00:00:00Z" } }\n',
    at: '"2026-02-30',
  },
  {
    code: 'kafka/one-resource',
    summary: '`alterConfig` says either the topic or the broker whose settings change.',
    why: 'Names of settings are often the same on both, with another effect.',
    bad: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, alterConfig: { set: { retention.ms: 60000 } }, undo: restore }\n',
    good: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, alterConfig: { topic: t, set: { retention.ms: 60000 } }, undo: restore }\n',
    at: '{ set',
  },
  {
    code: 'kafka/key-and-by-key',
    summary: '`key` asks for one key, `byKey` for all.',
    why: 'The results have other shapes, and a condition on one of them fails on the other.',
    bad: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, lastOffsets: { topic: t, key: a, byKey: true } }\n',
    good: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, lastOffsets: { topic: t, byKey: true } }\n',
    at: 'true }',
  },
  {
    code: 'kafka/offset-of-partition',
    summary: '`consume.offset` is an offset of one `partition`, and takes the place of `from`.',
    why: 'The same offset means other records in each partition.',
    bad: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, consume: { topic: t, count: 10, offset: 1000 } }\n',
    good: 'targets: { broker: kafka }\nsteps:\n  - { id: one, type: kafka, consume: { topic: t, count: 10, partition: 0, offset: 1000 } }\n',
    at: '1000',
  },
];
