/** What happens when a step goes wrong, told by the core; and that an invariant which is broken is seen. */
import { describe, expect, it } from 'vitest';
import { loadRunbook } from '../../document/load.ts';
import { makePlan } from '../../plan/plan.ts';
import { decide } from '../../core/decide/decide.ts';
import { fold } from '../../core/fold/fold.ts';
import { registry } from '../../../steps/index.ts';
import { failedOutcome, okOf } from './effects.ts';
import { breachesOf, watchInvariants } from './invariants.ts';
import type { FailureKind } from './trouble.ts';
import type { VirtualWorld } from './virtual-engine.ts';
import type { Baseline } from './paths.ts';
import { allPaths, playPath } from './paths.ts';
import { virtualRun } from './virtual-engine.ts';

const text = `apiVersion: runbook/v1
id: light
title: The lamp is dim
owners: [tests]
onFailure: undo
preconditions:
  - { id: isDim, type: shell, argv: [cat, lamp], value: int(result.stdout), expect: value < 40 }
steps:
  - { id: open, type: shell, argv: [lid, open], undo: { type: shell, argv: [lid, close] } }
  - { id: fuse, type: shell, argv: [fuse, in], undo: { type: shell, argv: [fuse, out] } }
  - { id: lamp, type: shell, argv: [lamp, on], confirm: Switch it on?, undo: none, onFailure: ask }
  - { id: bright, type: shell, argv: [lamp, bright], when: steps.isDim.value < 10, undo: none }
validations:
  - { id: shines, type: shell, argv: [cat, lamp], value: int(result.stdout), expect: value > 5 }
`;

function baseline(effects: Baseline['effects'] = {}, more: Partial<Baseline> & { readonly text?: string } = {}): Baseline {
  const { runbook } = loadRunbook(more.text ?? text, 'light.yaml');
  if (runbook === undefined) throw new Error('not a runbook');
  const environment = { name: 'test', rehearsal: true, timeScale: 1, targets: {}, facts: {} };
  const made = makePlan(runbook, registry, { inputs: {}, environment });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return { plan: made.plan, effects, answers: more.answers ?? {} };
}
const ends = (one: Baseline, step: string, how: FailureKind, then?: string) => {
  const { outcome, left, breaches, asked } = playPath(one, [{ step, how }], then);
  expect(breaches).toEqual([]);
  return [outcome, left, asked];
};

describe('a path', () => {
  it('is judged by the conditions of the runbook over what steps are said to answer', () => {
    const status = (effects: Baseline['effects'], key: string) => playPath(baseline(effects)).run.state.instances[key]?.status;
    expect(playPath(baseline({ isDim: { value: 90 } })).outcome).toBe('refused');
    expect(playPath(baseline({ isDim: { result: { stdout: '90\n' } } })).outcome).toBe('refused');
    expect(status({ isDim: { value: 20 } }, 'bright')).toBe('skipped');
    expect(status({ isDim: { value: 3 } }, 'bright')).toBe('ok');
    // What nobody wrote down holds.
    expect(status({}, 'bright')).toBe('ok');
    expect(playPath(baseline({ shines: { value: 2 } })).outcome).toBe('undone');
    expect(playPath(baseline({ fuse: { fails: 'no fuse' } })).outcome).toBe('undone');
  });

  it('goes the way that is chosen', () => {
    const lamp = '{ id: lamp, type: shell, argv: [lamp, on], undo: none }';
    const candle = '{ id: candle, type: shell, argv: [candle, light], undo: none }';
    const way = `steps: [{ id: way, type: choose, options: { electric: { steps: [${lamp}] }, wax: { steps: [${candle}] } } }]`;
    const chosen = text.replace(/onFailure[^]*/, way);
    const { instances } = playPath(baseline({}, { text: chosen, answers: { way: 'wax' } })).run.state;
    expect([instances['lamp']?.status, instances['candle']?.status]).toEqual([undefined, 'ok']);
  });

  it('runs out of time at the question that has a time limit, not at the one before it', () => {
    const approved = text.replace('confirm: Switch it on?', 'confirm: Switch it on?, approve: { from: [lead], timeout: 1m }');
    const [unanswered] = [...allPaths(baseline({}, { text: approved }))].filter(({ points }) => points[0]?.how === 'unanswered');
    expect(unanswered?.points).toEqual([{ step: 'lamp', how: 'unanswered' }]);
    expect(unanswered?.breaches).toEqual([]);
    expect(unanswered?.outcome).not.toBe('endless');
  });

  it('tells what happens when a step goes wrong, for each answer of a person', () => {
    const one = baseline();
    expect(ends(one, 'isDim', 'fails')).toEqual(['refused', [], undefined]);
    expect(ends(one, 'fuse', 'fails')).toEqual(['undone', [], undefined]);
    expect(ends(one, 'lamp', 'declined')).toEqual(['not-answered', ['open', 'fuse'], ['retry', 'skip', 'undo', 'abort']]);
    expect(ends(one, 'lamp', 'fails', 'undo')[0]).toBe('undone');
    expect(ends(one, 'lamp', 'fails', 'retry')[0]).toBe('succeeded');
    expect(ends(one, 'lamp', 'in-doubt', 'done')[0]).toBe('succeeded');
    expect(ends(one, 'lamp', 'in-doubt', 'abort')[0]).toBe('unknown');
  });

  it('is tried for every failure point, for every answer, and for every undo that fails', () => {
    const paths = [...allPaths(baseline())];
    expect(paths.flatMap(({ breaches }) => breaches)).toEqual([]);
    expect(new Set(paths.map(({ outcome }) => outcome))).toEqual(
      new Set(['succeeded', 'refused', 'undone', 'undo-failed', 'failed', 'unknown', 'not-answered', 'warning']),
    );
    // Ways on from a common beginning are what they are from the start.
    for (const { points, then, run, ...end } of paths) {
      const alone = playPath(baseline(), points, then);
      expect({ ...end, points, then, run: run.journal }).toEqual({ ...alone, then, run: alone.run.journal });
    }
    // Every step that is performed fails at least once.
    const failed = new Set(paths.flatMap(({ points }) => points.map(({ step }) => step)));
    expect([...failed].filter((key) => !key.includes('~')).sort()).toEqual(['bright', 'fuse', 'isDim', 'lamp', 'open', 'shines']);
  });
});

describe('invariants', () => {
  type Rules = NonNullable<VirtualWorld['rules']>;
  const swapped: Rules['fold'] = (plan, state, event) => {
    const next = fold(plan, state, event);
    if (event.type === 'run.stopping') next.startOrder.reverse();
    return next;
  };
  const forgetful: Rules['fold'] = (plan, state, event) =>
    fold(plan, state, event.type === 'run.stopping' ? { ...event, type: 'time.reached' } : event);
  const careless: Rules['decide'] = (plan, state) =>
    decide(plan, state).map((command) =>
      command.do === 'append' && command.event.type === 'question.opened'
        ? { do: 'attempt', key: command.event.key, n: 1, role: 'do', until: 0 }
        : command,
    );

  it.each<[string, RegExp, Rules]>([
    ['undoes in the order of doing', /which is not the reverse/, { decide, fold: swapped }],
    ['never stops', /does not end/, { decide, fold: forgetful }],
    ['does not ask', /lamp is performed without consent/, { decide: careless, fold }],
  ])('see a core that %s', (_, words, rules) => {
    const { plan } = baseline();
    const invariants = watchInvariants(plan);
    const run = virtualRun(
      plan,
      {
        rules,
        onRecord: invariants.see,
        perform: (node) =>
          node.key === 'shines' ? { outcome: failedOutcome('validation', 'dark') } : { outcome: okOf(null, null, true) },
      },
      [],
      2_000,
    );
    expect(breachesOf(invariants, run).join()).toMatch(words);
  });
});
