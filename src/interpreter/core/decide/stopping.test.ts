import { describe, expect, it } from 'vitest';
import { list, node, planOf } from '../../../../test/core/plans.ts';
import { failing, ok, type Run, simulate, type VirtualWorld } from '../../../../test/core/simulate.ts';

function status(run: Run, key: string): string | undefined {
  return run.state.instances[key]?.status;
}
function undoOrder(run: Run): string[] {
  return run.journal.flatMap((event) => (event.type === 'attempt.started' && event.role === 'undo' ? [event.key] : []));
}
const restore = { has: { undo: 'restore' } } as const;

describe('undo', () => {
  const nodes = list('main', [['one', restore], ['two', restore], ['plain'], ['bad', { onFailure: 'undo' }]]);
  const broken: VirtualWorld = { perform: (_n, key) => (key === 'bad' ? failing() : ok) };
  it('goes back in reverse order of start', () => {
    const run = simulate(planOf(nodes), broken);
    expect(undoOrder(run)).toEqual(['two', 'one']);
    expect([run.state.outcome, run.state.exitCode]).toEqual(['undone', 6]);
  });
  it('records a failure, does the rest, and says so', () => {
    const run = simulate(planOf(nodes), {
      perform: (_n, key, _k, role) => (key === 'bad' || (key === 'two' && role === 'undo') ? failing() : ok),
    });
    expect(undoOrder(run)).toEqual(['two', 'one']);
    expect(run.state.exitCode).toBe(7);
  });
  it('does not undo what never started or changed nothing', () => {
    const nothing = { json: null };
    const run = simulate(planOf(nodes), {
      perform: (_n, key) => {
        if (key === 'bad') return failing();
        return { outcome: { is: 'ok', changed: false, value: nothing, result: nothing } };
      },
    });
    expect(undoOrder(run)).toEqual([]);
    expect(run.state.outcome).toBe('failed');
  });
  it('fails closed when the old state cannot be captured', () => {
    const fault = { class: 'connection', code: 'c', message: 'm' } as const;
    const run = simulate(planOf(nodes), { capture: () => ({ fault }) });
    expect(run.state.instances['one']).toMatchObject({ status: 'failed', n: 0 });
  });
  it('plays undo steps of items, one after the other', () => {
    const steps = {
      forEach: { limit: 1, maxErrors: 0 },
      has: { undo: 'steps' },
      undoSteps: ['each~undo0', 'each~undo1'],
    } as const;
    const all = [
      ...list('main', [
        ['each', steps],
        ['bad', { onFailure: 'undo' }],
      ]),
      ...list('undo', [['each~undo0'], ['each~undo1']]),
    ];
    const run = simulate(planOf(all), {
      ...broken,
      resolve: (_n, key) => (key === 'each' ? { items: [{ json: 1 }, { json: 2 }] } : {}),
    });
    const undo = run.journal.flatMap((event) => (event.type === 'step.started' && event.lane === 'undo' ? [event.key] : []));
    expect(undo).toEqual(['each~undo0[1]', 'each~undo1[1]', 'each~undo0[0]', 'each~undo1[0]']);
    expect(run.state.instances['each~undo0[1]']?.item).toEqual({ json: 2 });
    expect(run.state.outcome).toBe('undone');
  });
  it('an undo step uses the undo up', () => {
    const all = list('main', [
      ['pause', restore],
      ['resume', { kind: 'undo', of: ['pause'], has: { confirm: true } }],
      ['bad', { onFailure: 'undo' }],
    ]);
    const run = simulate(planOf(all), broken);
    expect(undoOrder(run)).toEqual(['pause']);
    expect(run.state.instances['pause']?.undoState).toBe('used');
    expect([status(run, 'resume'), run.state.outcome]).toEqual(['ok', 'failed']);
  });
  it('an undo step with nothing to undo changes nothing', () => {
    const all = list('main', [
      ['pause', { has: { undo: 'restore', when: true } }],
      ['resume', { kind: 'undo', of: ['pause'] }],
    ]);
    const run = simulate(planOf(all), { resolve: (_n, key) => ({ when: key === 'pause' ? 'false' : 'true' }) });
    expect([status(run, 'resume'), run.state.outcome]).toEqual(['unchanged', 'succeeded']);
  });
  it('a failed undo step can be tried again by the operator', () => {
    const all = list('main', [
      ['pause', restore],
      ['resume', { kind: 'undo', of: ['pause'], onFailure: 'ask' }],
    ]);
    let tries = 0;
    const run = simulate(planOf(all), {
      answer: () => 'retry',
      perform: (_n, _key, _k, role) => (role === 'undo' && (tries += 1) === 1 ? failing() : ok),
    });
    expect([status(run, 'resume'), run.state.outcome, tries]).toEqual(['ok', 'succeeded', 2]);
  });
});

describe('operators', () => {
  const nodes = [...list('main', [['one', restore], ['slow'], ['after']]), ...list('finally', [['last']])];
  const slow = (controls: VirtualWorld['controls']): VirtualWorld => ({
    controls: controls ?? [],
    perform: (_n, key) => (key === 'slow' ? { ...ok, takes: 900 } : ok),
  });
  const abort = (undo: boolean) => ({ is: 'abort', undo, force: false, reason: 'enough' }) as const;
  it('abort cancels what runs, does finally, exit 11', () => {
    const run = simulate(planOf(nodes), slow([{ at: 100, act: abort(false) }]));
    expect([status(run, 'slow'), status(run, 'last'), run.state.exitCode]).toEqual(['cancelled', 'ok', 11]);
    expect(run.state.instances['after']?.skipCause).toBe('stopping');
  });
  it('abort with undo is exit 6', () => {
    const run = simulate(planOf(nodes), slow([{ at: 100, act: abort(true) }]));
    expect([undoOrder(run), run.state.exitCode]).toEqual([['one'], 6]);
  });
  it('a second abort forces: no undo, no finally', () => {
    const run = simulate(planOf(nodes), {
      ...slow([100, 101].map((at) => ({ at, act: abort(true) }))),
    });
    expect([undoOrder(run), status(run, 'last'), run.state.exitCode]).toEqual([[], undefined, 11]);
  });
  it('a pause starts nothing new until continue', () => {
    const run = simulate(
      planOf(nodes),
      slow([
        { at: 5, act: { is: 'pause' } },
        { at: 5000, act: { is: 'continue' } },
      ]),
    );
    const late = run.journal.filter((event) => event.type === 'attempt.started' && event.key !== 'one');
    expect(late.every((event) => event.t >= 5000)).toBe(true);
    expect(run.state.outcome).toBe('succeeded');
  });
  it('stepMode lets one step start for each continue', () => {
    const at = [3000, 4000, 5000];
    const run = simulate(
      planOf(nodes),
      slow([{ at: 0, act: { is: 'stepMode' } }, ...at.map((moment) => ({ at: moment, act: { is: 'continue' } as const }))]),
    );
    const starts = run.journal.flatMap((event) => (event.type === 'step.started' ? [event.t] : []));
    expect(starts.slice(-3)).toEqual([3000, 4000, 5000]);
  });
  it('skip needs no question and is recorded with its reason', () => {
    const run = simulate(planOf(nodes), slow([{ at: 100, act: { is: 'skip', key: 'after', reason: 'not today' } }]));
    expect(run.journal.find((event) => event.type === 'step.skipped')).toMatchObject({
      key: 'after',
      cause: 'operator',
      reason: 'not today',
    });
  });
});

describe('an outcome that nobody knows', () => {
  const nodes = (options: object) => planOf(list('main', [['one', options], ['two']]));
  const compares = { type: 'check', params: null, expect: [], comparesBefore: true };
  const lost: VirtualWorld = { perform: (_n, key, n) => (key === 'one' && n === 1 ? failing('connection', 'unknown') : ok) };
  it.each([
    ['done', 'succeeded', 1],
    ['not-done', 'succeeded', 2],
    ['abort', 'unknown', 1],
    ['unanswered', 'unknown', 1],
  ])('asks, and %s leads to %s', (verdict, outcome, attempts) => {
    const run = simulate(nodes({}), { ...lost, answer: () => verdict });
    expect([run.state.outcome, run.state.instances['one']?.n]).toEqual([outcome, attempts]);
  });
  it.each([
    ['true', 'succeeded', 'ok'],
    ['false', 'failed', 'failed'],
  ] as const)('lets doneWhen decide: %s', (holds, outcome, end) => {
    const probe: VirtualWorld['probe'] = (_n, _k, when) => (when === 'doubt' ? holds : 'false');
    const run = simulate(nodes({ has: { doneWhen: true } }), { ...lost, probe });
    expect([run.state.outcome, status(run, 'one')]).toEqual([outcome, end]);
  });
  it('a repeatable step counts it as a failed attempt', () => {
    const run = simulate(nodes({ repeatable: true, attempts: 2 }), {
      perform: (node, key, n, _role, state) => lost.perform?.(node, key, n, 'do', state) ?? ok,
    });
    expect([run.state.outcome, run.state.instances['one']?.n]).toEqual(['succeeded', 2]);
  });
  it('of a repeatable step is asked about as well once its attempts are used up', () => {
    const run = simulate(nodes({ repeatable: true }), { ...lost, answer: () => 'unanswered' });
    expect([run.state.outcome, status(run, 'one'), status(run, 'two')]).toEqual(['unknown', 'unknown', 'skipped']);
  });
  it('of a repeatable step that may fail asks nobody and stops nothing, but is told', () => {
    const run = simulate(nodes({ repeatable: true, onFailure: 'continue' }), { ...lost, answer: () => undefined });
    expect([run.state.outcome, status(run, 'one'), status(run, 'two')]).toEqual(['unknown', 'unknown', 'ok']);
  });
  it('asks what to do when doneWhen tells that it did not happen and onFailure is ask', () => {
    const probe: VirtualWorld['probe'] = (_n, _k, when) => (when === 'doubt' ? 'false' : 'true');
    const answer: VirtualWorld['answer'] = (ask) => (ask === 'failure' ? 'skip' : 'yes');
    const comparing = { has: { doneWhen: true }, onFailure: 'ask', program: { doneWhen: compares } };
    const run = simulate(nodes(comparing), { ...lost, probe, answer });
    expect([run.state.outcome, status(run, 'one'), status(run, 'two')]).toEqual(['warning', 'skipped', 'ok']);
  });
});

describe('a worker that was lost while the engine was not', () => {
  const gone = (lost: 'ended' | 'perhaps'): VirtualWorld => ({
    perform: (_node, key, n) => (key === 'one' && n === 1 ? { ...failing('connection', 'unknown'), lost } : ok),
    answer: () => 'unanswered',
  });
  const one = (options: object) => planOf(list('main', [['one', options]]));
  const after = (options: object, lost: 'ended' | 'perhaps') => {
    const { state } = simulate(one(options), gone(lost));
    return [state.outcome, state.instances['one']?.n];
  };
  it('is asked about when the step is not safe to repeat, whether it has ended or not', () => {
    for (const lost of ['ended', 'perhaps'] as const) expect(after({}, lost)).toEqual(['unknown', 1]);
  });
  it('does not count against the attempts of a step that is safe to repeat, once it has ended', () => {
    expect(after({ repeatable: true }, 'ended')).toEqual(['succeeded', 2]);
  });
  it('is asked about when it may still run, also for a step that is safe to repeat', () => {
    expect(after({ repeatable: true, attempts: 5 }, 'perhaps')).toEqual(['unknown', 1]);
  });
  it('lets a read begin again in every case', () => {
    for (const lost of ['ended', 'perhaps'] as const) expect(after({ effect: 'read' }, lost)).toEqual(['succeeded', 2]);
  });
});

describe('beside the run', () => {
  const comms = (key: string, options: object) => node(key, 'comms', { effect: 'write', ...options });
  it('sends at moments, after the outcome too, and a failure does not matter', () => {
    const nodes = [
      ...list('precondition', [['pre']]),
      ...list('main', [['one']]),
      comms('c1', { at: ['started', 'finished'] }),
      comms('c2', { at: ['step:one'] }),
      comms('c3', { at: ['failed'] }),
    ];
    const run = simulate(planOf(nodes), { perform: (n) => (n.lane === 'comms' ? failing() : ok) });
    const due = run.journal.flatMap((event) => (event.type === 'comms.due' ? [`${event.key} ${event.moment}`] : []));
    expect(due).toEqual(['c1#0 started', 'c2#0 step:one', 'c1#1 finished']);
    expect([run.state.outcome, status(run, 'c1#1')]).toEqual(['succeeded', 'failed']);
  });
  it('sends nothing when the run is refused', () => {
    const nodes = [
      ...list('precondition', [['pre']]),
      ...list('main', [['one']]),
      comms('c1', { at: ['started', 'finished', 'failed'] }),
    ];
    const run = simulate(planOf(nodes), { perform: () => failing() });
    expect(run.journal.some((event) => event.type === 'comms.due')).toBe(false);
  });
  it('sends periodically while the run lasts', () => {
    const nodes = [...list('main', [['one']]), comms('c1', { every: 100 })];
    const run = simulate(planOf(nodes), { perform: (_n, key) => ({ ...ok, takes: key === 'one' ? 350 : 5 }) });
    expect(run.journal.filter((event) => event.type === 'comms.due')).toHaveLength(3);
  });
  it('closing messages are bounded by their budget', () => {
    const nodes = [...list('main', [['one']]), comms('c1', { at: ['finished'], timeout: 0 })];
    const run = simulate(planOf(nodes), { perform: (n) => (n.lane === 'comms' ? { ...ok, takes: Infinity } : ok) });
    expect([run.stuck, run.state.outcome, status(run, 'c1#0')]).toEqual([false, 'succeeded', 'cancelled']);
  });
  const guard = (onFailure: 'continue' | 'abort' | 'undo' | 'ask') => [
    ...list('main', [['one', restore], ['two']]),
    node('guard', 'watch', { every: 10, onFailure, effect: 'read' }),
    node('page', 'watch', { parent: 'guard', effect: 'write', onFailure: 'continue' }),
  ];
  const tripping: VirtualWorld = {
    perform: (_n, key) => (key === 'guard' ? { ...failing(), takes: 20 } : { ...ok, takes: 100 }),
  };
  it('a guard that trips starts its steps; continue leaves the run alone', () => {
    const run = simulate(planOf(guard('continue')), tripping);
    expect([status(run, 'guard'), status(run, 'page'), run.state.outcome]).toEqual(['failed', 'ok', 'succeeded']);
  });
  it.each([
    ['abort', 'failed'],
    ['undo', 'undone'],
  ] as const)('a guard with %s ends the run: %s', (policy, outcome) => {
    expect(simulate(planOf(guard(policy)), tripping).state.outcome).toBe(outcome);
  });
  it('a guard that never trips is cancelled at the end', () => {
    const run = simulate(planOf(guard('abort')), { perform: (_n, key) => (key === 'guard' ? { ...ok, takes: Infinity } : ok) });
    expect([status(run, 'guard'), status(run, 'page'), run.state.outcome]).toEqual(['cancelled', undefined, 'succeeded']);
  });
  it('a guard is in force from and to the steps it names', () => {
    const nodes = [
      ...list('main', [['one'], ['two'], ['three']]),
      node('guard', 'watch', { from: 'two', to: 'two', effect: 'read' }),
    ];
    const run = simulate(planOf(nodes), { perform: (_n, key) => (key === 'guard' ? { ...ok, takes: Infinity } : ok) });
    const order = run.journal.flatMap((event) =>
      event.type === 'step.started' || event.type === 'step.finished' ? [`${event.type.slice(5)} ${event.key}`] : [],
    );
    expect(order.indexOf('started guard')).toBe(order.indexOf('started two') + 1);
    expect(order.indexOf('finished guard')).toBeGreaterThan(order.indexOf('finished two'));
    expect(run.state.outcome).toBe('succeeded');
  });
  it('questions of the postmortem come last and may stay open', () => {
    const nodes = [...list('main', [['one']]), ...list('postmortem', [['cause', { kind: 'ask' }]])];
    const run = simulate(planOf(nodes), { answer: () => 'open' });
    expect([run.state.exitCode, status(run, 'cause')]).toEqual([0, 'skipped']);
    const at = (type: string): number => run.journal.findIndex((event) => event.type === type);
    expect(at('question.opened')).toBeGreaterThan(at('run.settled'));
  });
});
