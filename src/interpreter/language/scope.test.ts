import { describe, expect, it } from 'vitest';
import type { Node, Plan } from '../core/model/plan.ts';
import type { Instance, State } from '../core/model/state.ts';
import type { Json, Value } from '../core/model/value.ts';
import { initialState } from '../core/model/initial.ts';
import { evaluate } from './cel/condition.ts';
import type { ScopeExtra } from './scope.ts';
import { buildScope } from './scope.ts';
import { renderTree, toTree } from './template/template.ts';

function node(key: string, parts: Partial<Node> = {}): Node {
  return {
    key,
    kind: 'effect',
    lane: 'main',
    title: key,
    after: [],
    type: 'redis',
    effect: 'read',
    repeatable: true,
    attempts: 1,
    backoff: { first: 0, factor: 1, cap: 0, jitter: 0 },
    retryOn: [],
    timeout: 1_000,
    has: { when: false, doneWhen: false, confirm: false, offer: false, approve: false, undo: 'none' },
    onFailure: 'abort',
    critical: true,
    keep: 'whole',
    program: {
      params: {},
      onNoData: 'fail',
      ...(parts.forEach === undefined ? {} : { forEach: { over: 'inputs.symbols', as: 'item' } }),
    },
    ...parts,
  };
}

const turns = { limit: 1, maxErrors: 0 };
const plan: Plan = {
  protocol: 1,
  hash: '',
  runbook: { id: 'ws', title: 'WS', sha: '', owners: [], links: { dashboard: 'https://d' } },
  inputs: { venue: { json: 'all' }, symbols: { json: ['BTC', 'ETH'] }, restore: { json: '20m' } },
  inputTypes: { venue: { type: 'string' }, symbols: { type: 'list', of: 'string' }, restore: { type: 'duration' } },
  targets: { cache: { type: 'redis' }, brokers: { type: 'ssh', members: ['a', 'b'] } },
  environment: { name: 'lab', rehearsal: true, timeScale: 60, facts: { region: 'eu' } },
  lock: 'x',
  nodes: [
    node('head'),
    node('direction', { forEach: turns }),
    node('parity', { kind: 'group', forEach: turns }),
    node('book', { parent: 'parity' }),
    node('same', { parent: 'parity', kind: 'check', undoSteps: ['same~undo0'] }),
    node('same~undo0', { lane: 'undo' }),
    node('comms1', { lane: 'comms' }),
    node('later'),
  ],
  onAbort: 'ask',
  closingBudget: 1,
};

function instance(key: string, at: number, parts: Partial<Instance> = {}): Instance {
  return { key, node: at, status: 'ok', n: 1, epoch: 0, since: 0, ...parts };
}

function stateOf(...instances: Instance[]): State {
  const state = initialState(plan);
  state.run = 'r1';
  for (const one of instances) state.instances[one.key] = one;
  return state;
}

const items: readonly Value[] = [{ json: 'BTC' }, { json: 'ETH' }];
const state = stateOf(
  instance('head', 0, { value: { json: { BTC: '9007199254740993' }, int64: ['/BTC'] }, changed: false, startedAt: 1_000 }),
  instance('direction', 1, { list: items, items: 2, status: 'failed' }),
  instance('direction[0]', 1, { parent: 'direction', item: { json: 'BTC' }, value: { json: 'same' } }),
  instance('direction[1]', 1, {
    parent: 'direction',
    item: { json: 'ETH' },
    status: 'failed',
    fault: { class: 'timeout', code: 't', message: 'late' },
  }),
  instance('parity', 2, { list: items, items: 2 }),
  instance('parity[0]', 2, { parent: 'parity', item: { json: 'BTC' } }),
  instance('parity[1]', 2, { parent: 'parity', item: { json: 'ETH' } }),
  instance('book[0]', 3, { parent: 'parity[0]', value: { json: { seq: 1 } } }),
  instance('book[1]', 3, { parent: 'parity[1]', value: { json: { seq: 2 } } }),
  instance('same[1]', 4, { parent: 'parity[1]', status: 'waiting', before: { json: 'old' } }),
  instance('same~undo0[1]', 5, { undoFor: 'same[1]', status: 'running' }),
  instance('comms1#0', 6, { status: 'running' }),
);

function read(key: string, source: string, extra: Partial<ScopeExtra> = {}): Json {
  const result = evaluate(source, buildScope(plan, state, key, { nowMs: 90_000, ...extra }));
  return result.ok ? result.value : `! ${result.fault.code}`;
}

describe('the scope of a step', () => {
  it('has inputs as their types, targets, links and the environment', () => {
    expect(read('head', 'run.elapsed < inputs.restore && run.elapsed == duration("1m30s")')).toBe(true);
    expect(read('head', 'inputs.venue == "all" && "BTC" in inputs.symbols')).toBe(true);
    expect(read('head', '[targets.cache] + targets.brokers')).toEqual(['cache', 'a', 'b']);
    expect(read('head', 'env.name + env.region')).toBe('labeu');
    expect(read('head', 'links.dashboard')).toBe('https://d');
  });

  it('has a record of every step, whether it ran or not', () => {
    expect(read('head', '!steps.later.ok && steps.later.state == "waiting" && steps.later.value == null')).toBe(true);
    expect(read('head', 'steps.head.ok && !steps.head.changed')).toBe(true);
    expect(read('head', 'has(steps.later.value)')).toBe(false);
    expect(read('head', 'steps.hed.ok')).toBe('! unknown-field');
    expect(read('head', 'steps["same~undo0"].ok')).toBe('! unknown-field');
  });

  it('collects a forEach by item', () => {
    expect(read('head', 'steps.direction.value')).toEqual({ BTC: 'same' });
    expect(read('head', 'steps.direction.failed.map(f, f.item)')).toEqual(['ETH']);
    expect(read('head', 'steps.direction.failed.all(f, f.error["class"] == "timeout")')).toBe(true);
    expect(read('head', 'steps.direction.items.size() == 2 && steps.direction.succeeded.size() == 1')).toBe(true);
  });

  it('sees siblings of the same turn, and the item of that turn', () => {
    expect(read('same[1]', 'steps.book.value.seq')).toBe(2);
    expect(read('book[0]', 'item')).toBe('BTC');
    expect(read('same[1]', 'item + "/" + step.before')).toBe('ETH/old');
    expect(read('direction[1]', 'item')).toBe('ETH');
    expect(read('head', 'item')).toBe('! unknown-name');
  });

  it('collects the children of a group from outside', () => {
    expect(read('head', 'steps.book.value')).toEqual({ BTC: { seq: 1 }, ETH: { seq: 2 } });
  });

  it('lets an undo step read as the step whose undo it is', () => {
    expect(read('same~undo0[1]', 'item + string(steps.book.value.seq)')).toBe('ETH2');
  });

  it('reads 64-bit integers of earlier steps exactly', () => {
    expect(read('book[0]', 'steps.head.value[item] == int("9007199254740993")')).toBe(true);
    expect(read('book[0]', 'steps.head.value[item] == int("9007199254740992")')).toBe(false);
  });

  it('has the reading at hand', () => {
    expect(read('head', 'value > 1.0 && result.reply == "x"', { value: { json: 2 }, result: { json: { reply: 'x' } } })).toBe(
      true,
    );
    expect(read('head', 'step.before', { before: { json: 'b' } })).toBe('b');
    expect(read('head', 'result.reply', { result: { json: { reply: '***' }, masked: ['/reply'] } })).toBe('! masked-read');
  });

  it('tells a message what it is about', () => {
    const scope = buildScope(plan, state, 'comms1#0', {
      nowMs: 90_000,
      message: true,
      moment: { moment: 'step:head', of: 'head' },
    });
    expect(
      renderTree(toTree('{{run.step}} {{run.state}} after {{run.elapsed}}', { isMessage: () => true }), scope),
    ).toMatchObject({ json: 'head ok after 1m30s' });
    expect(read('comms1#0', 'run.step', { moment: { moment: 'finished' } })).toBe('finished');
  });

  it('does not walk a large plan for one condition', () => {
    const large: Plan = { ...plan, nodes: Array.from({ length: 10_000 }, (_, index) => node(`s${String(index)}`)) };
    const begun = initialState(large);
    let made = 0;
    begun.instances = new Proxy(begun.instances, {
      get: (target, name) => {
        made += 1;
        return Reflect.get(target, name) as Instance | undefined;
      },
    });
    expect(evaluate('steps.s9999.ok', buildScope(large, begun, 's1', { nowMs: 0 }))).toMatchObject({ value: false });
    expect(made).toBeLessThan(20);
  });
});
