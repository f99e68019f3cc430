import { describe, expect, it } from 'vitest';
import { list, node, planOf } from '../../../../test/core/plans.ts';
import { failing, ok, simulate, type VirtualWorld } from '../../../../test/core/simulate.ts';
import type { Run } from '../../../../test/core/simulate.ts';

function status(run: Run, key: string): string | undefined {
  return run.state.instances[key]?.status;
}
function failOnly(...keys: string[]): VirtualWorld {
  return { perform: (_node, key) => (keys.includes(key) ? failing() : ok) };
}
function types(run: Run): string[] {
  return run.journal.map((event) => event.type);
}
const lanes = [
  ...list('precondition', [['pre']]),
  ...list('evidence', [['ev']], undefined),
  ...list('diagnosis', [['diag']]),
  ...list('main', [['one'], ['two']]),
  ...list('validation', [['valid']]),
  ...list('finally', [['last']]),
];

describe('a run from section to section', () => {
  it('does every section in order and succeeds', () => {
    const run = simulate(planOf(lanes));
    expect(run.stuck).toBe(false);
    expect(run.state.outcome).toBe('succeeded');
    expect(run.state.exitCode).toBe(0);
    const order = run.journal.flatMap((event) => (event.type === 'step.started' ? [event.key] : []));
    expect(order).toEqual(['pre', 'ev', 'diag', 'one', 'two', 'valid', 'last', 'ev~after']);
    expect(types(run).at(-1)).toBe('run.finished');
  });
  it('refuses when a precondition fails, and starts nothing else', () => {
    const run = simulate(planOf(lanes), failOnly('pre'));
    expect(run.state.outcome).toBe('refused');
    expect(run.state.exitCode).toBe(4);
    expect(Object.keys(run.state.instances)).toEqual(['pre']);
  });
  it('records a finding of the diagnosis and continues', () => {
    const run = simulate(planOf(lanes), failOnly('diag', 'ev'));
    expect(status(run, 'diag')).toBe('failed');
    expect(run.state.outcome).toBe('succeeded');
  });
  it('stops at a failed step, still does finally and the evidence afterwards', () => {
    const run = simulate(planOf(lanes), failOnly('one'));
    expect(run.state.exitCode).toBe(1);
    expect(run.state.instances['two']?.skipCause).toBe('upstream');
    expect(status(run, 'valid')).toBeUndefined();
    expect([status(run, 'last'), status(run, 'ev~after')]).toEqual(['ok', 'ok']);
  });
  it('fails when a validation fails', () => {
    expect(simulate(planOf(lanes), failOnly('valid')).state.outcome).toBe('failed');
  });
  it('does only the sections of reads when asked to, and evidence once', () => {
    const run = simulate(planOf(lanes, { only: 'diagnosis' }));
    expect(Object.keys(run.state.instances)).toEqual(['pre', 'ev', 'diag']);
    expect(run.state.exitCode).toBe(0);
  });
  it('stops after a named step', () => {
    const run = simulate(planOf(lanes, { stopAfter: 'one' }));
    expect(run.state.instances['two']?.skipCause).toBe('only');
    expect(status(run, 'valid')).toBeUndefined();
    expect(status(run, 'last')).toBe('ok');
  });
  it('ends at the deadline', () => {
    const run = simulate(planOf(lanes, { deadline: 500 }), {
      perform: (_n, key) => (key === 'one' ? { ...ok, takes: 9000 } : ok),
    });
    expect(run.state.exitCode).toBe(124);
    expect(status(run, 'one')).toBe('cancelled');
  });
});

describe('failure policies', () => {
  it('continue: the rest runs, and the outcome says failed', () => {
    const run = simulate(planOf(list('main', [['one', { onFailure: 'continue' }], ['two']])), failOnly('one'));
    expect(status(run, 'two')).toBe('ok');
    expect(run.state.outcome).toBe('failed');
  });
  it('continue without being critical: a warning', () => {
    const run = simulate(planOf(list('main', [['one', { onFailure: 'continue', critical: false }], ['two']])), failOnly('one'));
    expect([run.state.outcome, run.state.exitCode]).toEqual(['warning', 0]);
  });
  it.each([
    ['retry', 'succeeded', 'ok'],
    ['skip', 'warning', 'skipped'],
    ['abort', 'failed', 'failed'],
    ['unanswered', 'failed', 'failed'],
    ['undo', 'undone', 'failed'],
  ])('ask, answered with %s: %s', (verdict, outcome, end) => {
    const nodes = list('main', [
      ['first', { has: { undo: 'restore' } }],
      ['one', { onFailure: 'ask' }],
    ]);
    const world: VirtualWorld = { answer: () => verdict, perform: (_n, key, n) => (key === 'one' && n === 1 ? failing() : ok) };
    const run = simulate(planOf(nodes), world);
    expect([run.state.outcome, status(run, 'one')]).toEqual([outcome, end]);
  });
  it('retries what its classes allow, with a pause that grows', () => {
    const nodes = list('main', [['one', { attempts: 3 }]]);
    const run = simulate(planOf(nodes), { perform: (_n, _k, n) => (n < 3 ? failing('connection') : ok) });
    const due = run.journal.flatMap((event) => (event.type === 'retry.scheduled' ? [event.due - event.t] : []));
    expect(due).toHaveLength(2);
    expect(due[0]).toBeGreaterThanOrEqual(50);
    expect(due[1]).toBeGreaterThanOrEqual(100);
    expect(run.state.outcome).toBe('succeeded');
  });
  it('does not retry other classes', () => {
    const run = simulate(planOf(list('main', [['one', { attempts: 3 }]])), failOnly('one'));
    expect(run.state.instances['one']?.n).toBe(1);
  });
});

describe('within a step', () => {
  it('skips what when says is not wanted, and what follows runs', () => {
    const nodes = list('main', [['one', { has: { when: true } }], ['two']]);
    const run = simulate(planOf(nodes), { resolve: (_n, key) => ({ when: key === 'one' ? 'false' : 'true' }) });
    expect([run.state.instances['one']?.skipCause, status(run, 'two')]).toEqual(['when', 'ok']);
  });
  it('leaves alone what is already as wanted', () => {
    const run = simulate(planOf(list('main', [['one', { has: { doneWhen: true } }]])), { probe: () => 'true' });
    expect([status(run, 'one'), run.state.instances['one']?.n]).toEqual(['unchanged', 0]);
  });
  it('fails when the wanted state is not in force afterwards', () => {
    const run = simulate(planOf(list('main', [['one', { has: { doneWhen: true } }]])), { probe: () => 'false' });
    expect(status(run, 'one')).toBe('failed');
  });
  it('a probe that compares with before never skips', () => {
    const doneWhen = { type: 'shell', params: null, expect: [], comparesBefore: true };
    const run = simulate(planOf(list('main', [['one', { has: { doneWhen: true }, program: { doneWhen } }]])));
    expect(run.state.instances['one']?.n).toBe(1);
  });
  it.each(['false', 'error', 'noData'] as const)('an expectation that is %s fails', (expected) => {
    const run = simulate(planOf(list('main', [['one']])), { perform: () => ({ ...ok, expect: expected }) });
    expect(status(run, 'one')).toBe('failed');
  });
  it.each([
    ['no', 'refused-by-operator'],
    ['unanswered', 'not-answered'],
  ])('a confirmation answered %s is exit 8', (verdict, code) => {
    const run = simulate(planOf(list('main', [['one', { has: { confirm: true } }]])), { answer: () => verdict });
    expect([run.state.exitCode, run.state.instances['one']?.fault?.code, run.state.instances['one']?.n]).toEqual([8, code, 0]);
  });
  it('an offer that nobody takes is skipped', () => {
    const run = simulate(planOf(list('main', [['one', { has: { offer: true } }]])), { answer: () => 'unanswered' });
    expect([run.state.exitCode, run.state.instances['one']?.skipCause]).toEqual([0, 'offer']);
  });
  it('an approval expires by the clock alone', () => {
    const approve = { from: ['lead'], min: 1, timeout: 300, reason: false, each: false };
    const nodes = list('main', [['one', { has: { approve: true }, program: { approve } }]]);
    const run = simulate(planOf(nodes), { answer: () => undefined });
    expect(run.state.exitCode).toBe(8);
  });
  it('two approvals need two people', () => {
    const nodes = list('main', [
      ['one', { has: { approve: true }, program: { approve: { from: [], min: 2, timeout: 50, reason: false, each: false } } }],
    ]);
    const run = simulate(planOf(nodes), { answer: () => 'yes' });
    expect(run.state.exitCode).toBe(8);
  });
});

describe('groups and forEach', () => {
  const items = { items: [{ json: 'a' }, { json: 'b' }, { json: 'c' }] };
  it('runs items not more than limit at once, in order', () => {
    const nodes = list('main', [['each', { forEach: { limit: 2, maxErrors: 0 } }]]);
    const run = simulate(planOf(nodes), { resolve: (_n, key) => (key === 'each' ? items : {}) });
    let live = 0;
    let most = 0;
    for (const event of run.journal) {
      if (event.type === 'attempt.started') most = Math.max(most, (live += 1));
      if (event.type === 'attempt.finished') live -= 1;
    }
    expect(most).toBe(2);
    expect(run.state.instances['each[2]']).toMatchObject({ status: 'ok', parent: 'each', item: { json: 'c' } });
    expect(status(run, 'each')).toBe('ok');
  });
  it('starts no further item after a failure', () => {
    const nodes = list('main', [['each', { forEach: { limit: 1, maxErrors: 0 } }]]);
    const run = simulate(planOf(nodes), { resolve: (_n, key) => (key === 'each' ? items : {}), ...failOnly('each[1]') });
    expect([status(run, 'each[2]'), status(run, 'each'), run.state.outcome]).toEqual([undefined, 'failed', 'failed']);
  });
  it('plays the children of a group once for each item', () => {
    const nodes = [
      node('parity', 'main', { kind: 'group', forEach: { limit: 1, maxErrors: 0 } }),
      ...list('main', [['book'], ['same']], 'parity'),
    ];
    const run = simulate(planOf(nodes), { resolve: (_n, key) => (key === 'parity' ? items : {}) });
    const order = run.journal.flatMap((event) => (event.type === 'step.started' ? [event.key] : []));
    expect(order.slice(0, 4)).toEqual(['parity', 'parity[0]', 'book[0]', 'same[0]']);
    expect(run.state.outcome).toBe('succeeded');
  });
  it('skips what needs a failed sibling, and lets the other siblings end', () => {
    const nodes = [
      node('group', 'main', { kind: 'group', parallel: true, onFailure: 'continue' }),
      node('bad', 'main', { parent: 'group', onFailure: 'continue' }),
      node('good', 'main', { parent: 'group', onFailure: 'continue' }),
      node('needy', 'main', { parent: 'group', after: ['bad'], onFailure: 'continue' }),
    ];
    const run = simulate(planOf(nodes), failOnly('bad'));
    expect(run.state.instances['needy']?.skipCause).toBe('upstream');
    expect([status(run, 'good'), status(run, 'group')]).toEqual(['ok', 'failed']);
  });
  it('ends a group whose time is over', () => {
    const nodes = [node('group', 'main', { kind: 'group', timeout: 200 }), ...list('main', [['slow'], ['later']], 'group')];
    const run = simulate(planOf(nodes), { perform: () => ({ ...ok, takes: 5000 }) });
    expect(run.state.instances['group']).toMatchObject({ status: 'failed', fault: { class: 'timeout' } });
    expect(run.state.outcome).toBe('failed');
  });
});
