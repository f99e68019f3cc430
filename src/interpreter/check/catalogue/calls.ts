/** Steps that call another runbook. */
import type { LintRule } from '../../port/lint-rule.ts';

const beside = `apiVersion: runbook/v1
id: drain
title: Drain a node
owners: [team]
inputs: { node: { type: string }, hours: { type: integer, default: 1 } }
targets: { db: postgres }
steps:
  - { id: one, type: shell, argv: [drain, "{{inputs.node}}"], undo: none }
finally:
  - { id: two, type: check, expect: "steps.one.ok" }
`;
const call = (more: string): string => `steps:\n  - { id: way, type: runbook, run: drain, ${more} }\n`;
const good = call('inputs: { node: a }');

export const rules: readonly LintRule[] = [
  {
    code: 'call/unknown',
    summary: 'The runbook that a step calls is not there.',
    why: 'The plan cannot be made: a runbook is called from a file beside this one or from the catalogue.',
    beside,
    bad: 'steps:\n  - { id: way, type: runbook, run: drian, inputs: { node: a } }\n',
    good,
    at: 'drian',
  },
  {
    code: 'call/circle',
    summary: 'Runbooks call each other in a circle.',
    why: 'The run would never end.',
    beside,
    bad: 'apiVersion: runbook/v1\nid: drain\ntitle: Drain\nowners: [team]\nsteps:\n  - { id: way, type: runbook, run: drain }\n',
    good,
    at: 'drain }',
  },
  {
    code: 'call/errors',
    summary: 'The runbook that a step calls has errors.',
    why: 'Nothing would be executed, and the run is refused.',
    beside:
      'apiVersion: runbook/v1\nid: drain\ntitle: Drain\nowners: [team]\nsteps:\n  - { id: one, type: shel, argv: [echo] }\n',
    bad: 'steps:\n  - { id: way, type: runbook, run: drain }\n',
    good: 'steps:\n  - { id: way, type: shell, argv: [echo] }\n',
    at: 'drain',
  },
  {
    code: 'call/input',
    summary: 'An input of the called runbook is missing, unknown or of another type.',
    why: 'The call would fail when it is reached, perhaps after the first half of the work.',
    beside,
    bad: call('inputs: { node: a, hours: many }'),
    good,
    at: 'many',
  },
  {
    code: 'call/target',
    summary: 'A target that is passed does not exist, or the called runbook cannot talk to it.',
    why: 'Targets are passed by name, and their types must agree.',
    beside,
    bad: `targets: { cache: redis }\n${call('inputs: { node: a }, targets: { db: cache }')}`,
    good: `targets: { standby: postgres }\n${call('inputs: { node: a }, targets: { db: standby }')}`,
    at: 'cache } }',
  },
  {
    code: 'call/for-each',
    summary: 'A runbook with finally, watch or messages is called for each item.',
    why: 'What is beside the work of a runbook is beside the work of its caller, once.',
    beside,
    bad: call('inputs: { node: "{{item}}" }, forEach: "[\'a\', \'b\']"'),
    good,
    at: 'drain',
  },
  {
    code: 'call/place',
    summary: 'A runbook cannot be called here.',
    why: 'Undos, guards, probes and messages are single steps.',
    beside,
    bad: 'steps:\n  - { id: one, type: shell, argv: [echo], undo: { type: runbook, run: drain, inputs: { node: a } } }\n',
    good,
    at: 'runbook, run',
  },
];
