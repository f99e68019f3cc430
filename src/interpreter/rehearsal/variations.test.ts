/** What can be mistaken in a plan, and that a mistaken plan says so. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../core/model/plan.ts';
import { variationText } from '../core/model/variation.ts';
import { loadRunbook } from '../document/load.ts';
import { makePlan } from '../plan/plan.ts';
import { registry } from '../../steps/index.ts';
import { checksOf, invertedOf, loosenedOf, removed, withVariation } from './variations.ts';

const text = `apiVersion: runbook/v1
id: light
title: The lamp is off
owners: [tests]
inputs: { brightness: { type: integer, default: 50 } }
preconditions:
  - { id: isOff, type: shell, argv: [cat, lamp], expect: value == "off" }
  - { id: reachable, type: shell, argv: [ls] }
diagnosis:
  - { id: noted, type: shell, argv: [ls], expect: value == "" }
steps:
  - { id: read, type: shell, argv: [ls], effect: read }
  - { id: lamp, type: shell, argv: [turn, on], undo: none, when: inputs.brightness > 10 }
  - { id: gate, type: shell, argv: [cat, level], value: int(result.stdout), until: value > inputs.brightness, abortWhen: value > 900, timeout: 1m }
validations:
  - { id: shines, type: shell, argv: [cat, level], value: int(result.stdout), expect: [value > 40, value < 90] }
`;

function planned(): Plan {
  const { runbook } = loadRunbook(text, 'light.yaml');
  if (runbook === undefined) throw new Error('not a runbook');
  const environment = { name: 'toy', rehearsal: true, timeScale: 1, targets: {}, facts: {} };
  const made = makePlan(runbook, registry, { inputs: {}, environment });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return made.plan;
}
const plan = planned();
const nodeOf = (of: Plan, key: string) => of.nodes.find((one) => one.key === key)!;

describe('variations', () => {
  it('are of steps whose failure ends the run, and of steps with a condition', () => {
    expect(checksOf(plan).map(({ key }) => key)).toEqual(['isOff', 'reachable', 'gate', 'shines']);
    expect(invertedOf(plan)).toEqual([{ is: 'inverted', node: 'lamp' }]);
    expect(loosenedOf(plan, nodeOf(plan, 'gate'))).toEqual([
      { is: 'loosened', node: 'gate', from: 'value > inputs.brightness', to: 'value > 5' },
      { is: 'loosened', node: 'gate', from: 'value > 900', to: 'value > 9000' },
    ]);
    expect(loosenedOf(plan, nodeOf(plan, 'shines')).map(variationText)).toEqual([
      'with `value > 4` instead of `value > 40` in shines',
      'with `value < 900` instead of `value < 90` in shines',
    ]);
  });

  it('change one step, and the plan and its hash say so', () => {
    const [wider] = loosenedOf(plan, nodeOf(plan, 'shines'));
    const mutant = withVariation(plan, wider!);
    expect(mutant.variation).toBe(wider);
    expect(mutant.hash).not.toBe(plan.hash);
    expect(nodeOf(mutant, 'shines').program.expect).toEqual(['value > 4', 'value < 90']);
    expect(mutant.nodes.filter((one, index) => one !== plan.nodes[index]).map(({ key }) => key)).toEqual(['shines']);

    const gate = nodeOf(withVariation(plan, removed(nodeOf(plan, 'gate'))), 'gate');
    expect(gate.program.observe).toBeUndefined();
    expect(gate.finding).toBe(true);
    expect(nodeOf(withVariation(plan, { is: 'inverted', node: 'lamp' }), 'lamp').program.when).toBe('!(inputs.brightness > 10)');
  });
});
