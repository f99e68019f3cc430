/**
 * The property that proves the core: over random plans in random worlds every run ends, every decision and intent in a journal
 * is what decide says of the prefix before it, every observation is awaited, and an engine killed anywhere loses and repeats nothing silently.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/interpreter/core/decide/decide.ts';
import type { Stamped } from '../../src/interpreter/core/model/event.ts';
import { fold } from '../../src/interpreter/core/fold/fold.ts';
import { initialState } from '../../src/interpreter/core/model/initial.ts';
import { broken, lostOrRepeated, wrongPrefix } from './oracles.ts';
import { randomCase } from './random.ts';
import { simulate, type VirtualWorld } from './simulate.ts';

const seeds = fc.integer({ min: 0, max: 0x7fffffff });
/** A group that is tried again while the run stops: its child is skipped, and what the child had done before must still be undone. */
const retriedGroup = 686150420;

describe('any plan in any world', () => {
  it('ends with run.finished, never waits for nothing, and each prefix explains the next record', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { plan, world } = randomCase(seed);
        const run = simulate(plan, world);
        expect(run.stoodStill).toBeUndefined();
        expect(run.stuck).toBe(false);
        expect(run.journal.at(-1)?.type).toBe('run.finished');
        expect(wrongPrefix(plan, run.journal)).toBeUndefined();
        expect(broken(plan, run)).toBeUndefined();
      }),
      { numRuns: 1500, examples: [[retriedGroup]] },
    );
  });

  it('survives an engine killed anywhere, again and again', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }), (seed, cuts) => {
        const { plan, world } = randomCase(seed);
        let run = simulate(plan, world);
        for (const cut of cuts) run = simulate(plan, world, run.journal.slice(0, 2 + Math.floor(cut * (run.journal.length - 2))));
        expect(run.stuck).toBe(false);
        expect(wrongPrefix(plan, run.journal)).toBeUndefined();
        expect(lostOrRepeated(plan, run.journal)).toBeUndefined();
        expect(broken(plan, run)).toBeUndefined();
      }),
      { numRuns: 1500 },
    );
  });

  it('folds a shuffled or truncated journal without throwing', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { plan, world } = randomCase(seed);
        const { journal } = simulate(plan, world);
        const state = initialState(plan);
        for (const record of [...journal].reverse()) fold(plan, state, record);
        decide(plan, state);
      }),
      { numRuns: 200 },
    );
  });
});

describe('mutants of the core that the property must catch', () => {
  function caught(rules: NonNullable<VirtualWorld['rules']>): boolean {
    for (let seed = 0; seed < 400; seed += 1) {
      const { plan, world } = randomCase(seed);
      const whole = simulate(plan, { ...world, rules }, [], 3000);
      if (whole.stuck || broken(plan, whole) !== undefined || wrongPrefix(plan, whole.journal) !== undefined) return true;
      const cut = simulate(
        plan,
        { ...world, rules },
        whole.journal.slice(0, 2 + (seed % Math.max(1, whole.journal.length - 2))),
        3000,
      );
      if (cut.stuck || lostOrRepeated(plan, cut.journal) !== undefined || broken(plan, cut) !== undefined) return true;
    }
    return false;
  }
  const doubtful = (state: ReturnType<typeof initialState>): string[] =>
    Object.keys(state.open).filter((key) => state.instances[key]?.status === 'doubt');

  it('none: the core itself is not caught', () => {
    expect(caught({ decide, fold })).toBe(false);
  });
  it('repeats what is in doubt', () => {
    const mutant: typeof fold = (plan, state, event) => {
      const next = fold(plan, state, event);
      if (event.type === 'engine.started') for (const key of doubtful(next)) next.instances[key]!.status = 'resolved';
      return next;
    };
    expect(caught({ decide, fold: mutant })).toBe(true);
  });
  it('takes an outcome in doubt for done', () => {
    const mutant: typeof fold = (plan, state, event) => {
      const next = fold(plan, state, event);
      for (const key of doubtful(next)) Object.assign(next.instances[key]!, { status: 'judging', last: 'ok' });
      return next;
    };
    expect(caught({ decide, fold: mutant })).toBe(true);
  });
  it('starts items beyond the limit of forEach', () => {
    const mutant: typeof fold = (plan, state, event) => {
      const next = fold(plan, state, event);
      const instance = event.type === 'step.started' ? next.instances[event.key] : undefined;
      const parent = next.instances[instance?.parent ?? ''];
      if (parent?.container === 'items') parent.live = 0;
      return next;
    };
    expect(caught({ decide, fold: mutant })).toBe(true);
  });
  it('forgets to register undos', () => {
    const mutant: typeof fold = (plan, state, event) => {
      const next = fold(plan, state, event);
      next.startOrder.length = 0;
      return next;
    };
    expect(caught({ decide, fold: mutant })).toBe(true);
  });
  it('never wakes for what time alone changes', () => {
    const mutant: typeof decide = (plan, state) => decide(plan, state).filter((command) => command.do !== 'wake');
    expect(caught({ decide: mutant, fold })).toBe(true);
  });
  it('a late outcome changes nothing (an oracle of its own: no random journal contains one)', () => {
    const late = (journal: readonly Stamped[]): boolean => {
      const plan = randomCase(1).plan;
      const state = initialState(plan);
      for (const record of journal) fold(plan, state, record);
      const before = JSON.stringify(state.instances);
      const finished = journal.findLast((record) => record.type === 'attempt.finished');
      if (finished === undefined) return false;
      fold(plan, state, { ...finished, seq: finished.seq + 1 });
      return before === JSON.stringify(state.instances);
    };
    const { plan, world } = randomCase(1);
    expect(late(simulate(plan, world).journal)).toBe(true);
  });
});
