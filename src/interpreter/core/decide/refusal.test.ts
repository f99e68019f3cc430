import { describe, expect, it } from 'vitest';
import { list, type NodeOptions, planOf } from '../../../../test/core/plans.ts';
import { failing, ok, type Run, simulate, type VirtualWorld } from '../../../../test/core/simulate.ts';

function status(run: Run, key: string): string | undefined {
  return run.state.instances[key]?.status;
}

describe('a refusal', () => {
  const refusing = (then: string | undefined): VirtualWorld => ({
    answer: (ask) => (ask === 'failure' ? then : ask === 'confirm' ? 'no' : 'yes'),
  });
  const nodes = (options: NodeOptions, first: NodeOptions = { has: { undo: 'restore' } }) =>
    planOf(list('main', [['one', first], ['two', { has: { confirm: true }, ...options }], ['three']]));
  it('before anything has changed ends the run as it always did', () => {
    const run = simulate(nodes({ onFailure: 'ask' }, { effect: 'read' }), refusing('skip'));
    expect([run.state.outcome, status(run, 'two'), run.state.instances['two']?.asks]).toEqual(['not-answered', 'failed', 1]);
  });
  it.each([
    ['skip', 'warning', 'skipped', 'ok'],
    ['undo', 'undone', 'failed', 'skipped'],
    ['abort', 'not-answered', 'failed', 'skipped'],
    ['unanswered', 'not-answered', 'failed', 'skipped'],
  ])('after a change asks what now: %s leads to %s', (then, outcome, two, three) => {
    const run = simulate(nodes({ onFailure: 'ask' }), refusing(then));
    expect([run.state.outcome, status(run, 'two'), status(run, 'three')]).toEqual([outcome, two, three]);
  });
  it('can be thought over: the step asks again', () => {
    const run = simulate(nodes({ onFailure: 'ask' }), {
      answer: (ask, _key, count) => (ask === 'failure' ? 'retry' : count === 1 ? 'no' : 'yes'),
    });
    expect([run.state.outcome, status(run, 'two')]).toEqual(['succeeded', 'ok']);
  });
  it.each([
    ['abort', 'not-answered'],
    ['undo', 'undone'],
    ['continue', 'failed'],
  ] as const)('after a change follows onFailure: %s leads to %s', (onFailure, outcome) => {
    const run = simulate(nodes({ onFailure }), refusing(undefined));
    expect([run.state.outcome, status(run, 'three')]).toEqual([outcome, onFailure === 'continue' ? 'ok' : 'skipped']);
  });
  it('counts a question whose time is up as one', () => {
    const work = { kind: 'ask', has: {}, onFailure: 'ask' } as const;
    const run = simulate(nodes(work), { answer: (ask) => (ask === 'failure' ? 'skip' : undefined) });
    expect([run.state.outcome, status(run, 'two')]).toEqual(['warning', 'skipped']);
    expect(Object.keys(run.state.questions)).toEqual([]);
  });
  it('tells for each answer what follows and what stays changed', () => {
    const run = simulate(nodes({ onFailure: 'ask' }), refusing('abort'));
    const asked = run.journal.find((event) => event.type === 'question.opened' && event.ask === 'failure');
    expect(asked).toMatchObject({
      show: {
        message: '"two" was refused: what now?',
        about: [
          'retry: ask again',
          'skip: leave this step out; next is: three; stays changed: one',
          'undo: stop and take back: one; stays changed: nothing',
          'abort: stop; stays changed: one',
        ],
      },
    });
  });
  it('names the next item when an item of a forEach may be left out, and what follows the forEach after the last one', () => {
    const plan = planOf(
      list('main', [['each', { onFailure: 'ask', forEach: { limit: 1, maxErrors: 0 }, has: { undo: 'restore' } }], ['after']]),
    );
    const run = simulate(plan, {
      resolve: (_node, key) => (key === 'each' ? { items: [{ json: 'a' }, { json: 'b' }, { json: 'c' }] } : {}),
      perform: (_node, key) => (key === 'each[0]' || key === 'each[2]' ? failing() : ok),
      answer: () => 'skip',
    });
    const asked = run.journal.flatMap((event) => (event.type === 'question.opened' ? [event.show.about?.[1]] : []));
    expect(asked).toEqual([
      'skip: leave this step out; next is: item 2 of 3; stays changed: nothing',
      'skip: leave this step out; next is: after; stays changed: each[1]',
    ]);
  });
});
