import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Node, Plan } from '../core/model/plan.ts';
import type { Json } from '../core/model/value.ts';
import { loadRunbook } from '../document/load.ts';
import { registry } from './fixtures/registry.ts';
import { planHash } from './hash.ts';
import type { Mapping } from './json.ts';
import { textOf } from './json.ts';
import type { PlanEnvironment, PlanRequest, Planned } from './plan.ts';
import { makePlan } from './plan.ts';
import { planRows } from './rows.ts';

const wsDesync = parse(readFileSync(new URL('./fixtures/ws-desync.yaml', import.meta.url), 'utf8')) as Mapping;
const production: PlanEnvironment = { name: 'production', rehearsal: false, timeScale: 1, targets: {}, facts: {} };

function request(changes: Partial<PlanRequest> = {}): PlanRequest {
  return { inputs: { ticket: 'INC-7' }, environment: production, bind: false, ...changes };
}

function planned(data: Mapping, changes: Partial<PlanRequest> = {}): Plan {
  const made = makePlan({ id: textOf(data['id']) ?? 'example', sha: 'f'.repeat(64), data }, registry, request(changes));
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return made.plan;
}

function problems(data: Mapping, changes: Partial<PlanRequest> = {}): readonly string[] {
  const made: Planned = makePlan({ id: 'example', sha: 'f'.repeat(64), data }, registry, request(changes));
  return made.ok
    ? []
    : made.problems.map((one) => `${one.code}: ${one.message}${one.hint === undefined ? '' : ` (${one.hint})`}`);
}

const node = (plan: Plan, key: string): Node => {
  const found = plan.nodes.find((one) => one.key === key);
  if (found === undefined) throw new Error(`no node ${key}`);
  return found;
};

const steps = (...list: Json[]): Mapping => ({ targets: { cache: 'redis', flags: 'flag', metrics: 'prometheus' }, steps: list });
const only = { inputs: {} };

it('an input fills in a duration of any key', () => {
  const data = {
    ...steps({
      id: 'one',
      type: 'shell',
      argv: ['true'],
      timeout: '{{inputs.limit}}',
      retry: { attempts: 2, delay: '{{inputs.limit}}' },
    }),
    inputs: { limit: { type: 'duration', default: '7m' } },
    deadline: '{{ inputs.limit }}',
  };
  const plan = planned(data, only);
  expect(plan.deadline).toBe(420_000);
  expect(node(plan, 'one')).toMatchObject({ timeout: 420_000, backoff: { first: 420_000 } });
});

describe('the plan of ws-desync', () => {
  const plan = planned(wsDesync);

  it('has every section in order, groups before their children', () => {
    expect(planRows(plan).map((row) => `${row.section} ${row.id}`)).toMatchSnapshot();
  });

  it('types inputs and takes defaults', () => {
    expect(plan.inputs['symbols']).toEqual({ json: ['BTC-USD', 'ETH-USD', 'SOL-USD'] });
    expect(plan.inputs['expectedRestore']).toEqual({ json: '20m' });
    expect(plan.inputTypes['symbols']).toEqual({ type: 'list', of: 'string' });
  });

  it('finds the target where there is one of the type', () => {
    expect(node(plan, 'alertHolds').target).toBe('metrics');
    expect(node(plan, 'cacheGate').target).toBe('cache');
    expect(node(plan, 'rebuildCache').target).toBeUndefined();
    expect(node(plan, 'comms3').target).toBe('partners');
  });

  it('orders steps in a list and children in their group', () => {
    expect(node(plan, 'syncOffsets').after).toEqual(['rebuildCache']);
    expect(node(plan, 'book')).toMatchObject({ parent: 'parity', after: [], lane: 'validation' });
    expect(node(plan, 'snapshot').after).toEqual(['book']);
    expect(node(plan, 'gapRatio').after).toEqual([]);
  });

  it('takes the effect from the step type, whatever the section', () => {
    expect(node(plan, 'podAccess').effect).toBe('read');
    expect(node(plan, 'rebuildCache')).toMatchObject({ effect: 'write', repeatable: true, timeout: 300_000 });
  });

  it('carries failure policies down and keeps the lanes beside the work going', () => {
    expect(node(plan, 'pause').onFailure).toBe('ask');
    expect(node(plan, 'alertHolds').onFailure).toBe('abort');
    expect(node(plan, 'scope')).toMatchObject({ onFailure: 'continue', critical: false });
    expect(node(plan, 'comms1')).toMatchObject({ onFailure: 'continue', critical: false, at: ['started'] });
    expect(node(plan, 'direction').forEach).toEqual({ limit: 1, maxErrors: Number.MAX_SAFE_INTEGER });
  });

  it('observes with hold and interval', () => {
    expect(node(plan, 'recovered').program.observe).toEqual({
      until: 'value < 0.005',
      every: 15_000,
      hold: 600_000,
      abortWhen: 'value > 0.2',
    });
    expect(node(plan, 'cacheGate').program.observe).toMatchObject({ every: 5_000, hold: 0 });
    expect(node(plan, 'traffic').program.onNoData).toBe('wait');
  });

  it('undoes: a flag restores, an undo step names whose', () => {
    expect(node(plan, 'pause').has.undo).toBe('restore');
    expect(node(plan, 'resume')).toMatchObject({ kind: 'undo', of: ['pause'], has: { confirm: true } });
  });

  it('keeps the typed text of the author for a destructive step', () => {
    expect(node(plan, 'syncOffsets').program.confirm).toEqual({
      message: "Move the gateway's consumer offsets",
      typed: 'ws-gateway',
    });
  });

  it('plans guards, messages and questions beside the run', () => {
    expect(node(plan, 'overdue')).toMatchObject({ lane: 'watch', kind: 'check', every: 10_000, after: [] });
    expect(node(plan, 'page')).toMatchObject({ lane: 'watch', parent: 'overdue', target: 'oncall' });
    expect(node(plan, 'comms2')).toMatchObject({ every: 600_000 });
    expect(node(plan, 'comms3').at).toEqual(['step:pause', 'step:resume', 'finished']);
    expect(node(plan, 'rootCause')).toMatchObject({ kind: 'ask', lane: 'postmortem' });
  });

  it('splits templates once', () => {
    expect(node(plan, 'direction').program.params).toEqual({
      command: ['GET', { $t: ['orderbook:', { path: ['item'], at: 12 }, ':seq'] }],
    });
    expect(node(plan, 'alertHolds').program.params).toMatchObject({
      past: { every: { $t: [{ path: ['inputs', 'evaluationInterval'] }] } },
    });
    expect(node(plan, 'comms1').program.params).toMatchObject({ message: { $m: expect.any(String) as string } });
  });

  it('has a hash of its content', () => {
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(planned(wsDesync).hash).toBe(plan.hash);
    expect(planned(wsDesync, { inputs: { ticket: 'INC-8' } }).hash).not.toBe(plan.hash);
    expect(planHash(plan)).toBe(plan.hash);
    expect(planHash(JSON.parse(JSON.stringify(plan)) as Plan)).toBe(plan.hash);
  });

  it('shortens waits in a rehearsal, never cutting work below what it needs', () => {
    const lab = planned(wsDesync, { environment: { ...production, name: 'lab', rehearsal: true, timeScale: 60 } });
    expect(node(lab, 'recovered')).toMatchObject({ timeout: 30_000, program: { observe: { hold: 10_000, every: 250 } } });
    expect(node(lab, 'rebuildCache').timeout).toBe(15_000);
    expect(node(lab, 'comms2').every).toBe(10_000);
    expect(node(lab, 'pause').timeout).toBe(30_000);
  });

  it('locks by its own text', () => {
    expect(plan.lock).toBe('ws-gateway');
    expect(planned(steps(), only).lock).toBe('example@production');
    expect(
      planned({ ...steps(), inputs: { venue: { type: 'string', default: 'x' } }, lock: 'gateway-{{inputs.venue}}' }, only).lock,
    ).toBe('gateway-x');
  });
});

describe('a loaded document', () => {
  it('lends its places to the nodes', () => {
    const text = readFileSync(new URL('./fixtures/ws-desync.yaml', import.meta.url), 'utf8');
    const { runbook } = loadRunbook(text, 'ws-desync.yaml');
    if (runbook === undefined) throw new Error('the fixture does not load');
    const made = makePlan(runbook, registry, request());
    if (!made.ok) throw new Error(JSON.stringify(made.problems));
    const line = text.split('\n').findIndex((one) => one.includes('id: pause')) + 1;
    expect(node(made.plan, 'pause').source?.line).toBe(line);
    expect(made.plan.runbook.sha).toBe(runbook.sha);
  });
});

describe('destructive steps', () => {
  it('ask to type the name of their target', () => {
    const flush = { id: 'flush', type: 'redis', command: ['FLUSHALL'] };
    expect(node(planned(steps(flush), only), 'flush').program.confirm).toMatchObject({ typed: 'cache' });
    expect(node(planned(steps({ ...flush, confirm: 'Sure?' }), only), 'flush').program.confirm).toEqual({
      message: 'Sure?',
      typed: 'cache',
    });
    const strict = { id: 'run', type: 'shell', argv: ['true'], effect: 'destructive' };
    expect(node(planned(steps(strict), only), 'run').program.confirm).toMatchObject({ typed: 'example' });
  });

  it('cannot be declared harmless', () => {
    expect(
      node(planned(steps({ id: 'flush', type: 'redis', command: ['FLUSHALL'], effect: 'read' }), only), 'flush').effect,
    ).toBe('destructive');
  });
});

describe('undo steps', () => {
  const plan = planned(
    steps({
      id: 'set',
      type: 'redis',
      command: ['SET', 'a', '1'],
      undo: [
        { type: 'redis', command: ['DEL', 'a'] },
        { type: 'shell', argv: ['true'] },
      ],
    }),
    only,
  );
  it('are nodes of a lane of their own, in order', () => {
    expect(node(plan, 'set')).toMatchObject({ undoSteps: ['set~undo0', 'set~undo1'], has: { undo: 'steps' } });
    expect(node(plan, 'set~undo0')).toMatchObject({ lane: 'undo', target: 'cache', after: [] });
  });
});

describe('groups', () => {
  const plan = planned(
    steps({
      id: 'pair',
      parallel: true,
      onFailure: 'continue',
      steps: [
        { id: 'a', type: 'check', expect: 'true' },
        { id: 'b', type: 'check', expect: 'true', needs: ['a'] },
      ],
    }),
    only,
  );
  it('start children together unless one needs another', () => {
    expect(node(plan, 'pair')).toMatchObject({ kind: 'group', parallel: true, timeout: 0 });
    expect(node(plan, 'a')).toMatchObject({ after: [], parent: 'pair', onFailure: 'continue' });
    expect(node(plan, 'b').after).toEqual(['a']);
  });
});

describe('mistakes', () => {
  it.each<[string, Mapping, Partial<PlanRequest>, RegExp]>([
    [
      'a missing input',
      { inputs: { ticket: { type: 'string' } } },
      only,
      /missing-input: input "ticket" is required \(-i ticket=\.\.\.\)/,
    ],
    [
      'an unknown input',
      { inputs: { venue: { type: 'string', default: 'a' } } },
      { inputs: { venu: 'x' } },
      /unknown-input.*did you mean "venue"/,
    ],
    [
      'a value that does not fit',
      { inputs: { n: { type: 'integer', max: 3 } } },
      { inputs: { n: '4' } },
      /bad-input.*above the maximum 3/,
    ],
    ['a text that is not a number', { inputs: { n: { type: 'number' } } }, { inputs: { n: 'four' } }, /must be a number/],
    ['a wrong pattern', { inputs: { t: { type: 'string', pattern: '^INC-[0-9]+$' } } }, { inputs: { t: 'X' } }, /does not match/],
    ['an unknown step type', steps({ id: 'a', type: 'rediss' }), only, /unknown-type.*did you mean "redis"/],
    ['an unknown target', steps({ id: 'a', type: 'redis', target: 'cahce' }), only, /unknown-target.*did you mean "cache"/],
    ['no target of the type', steps({ id: 'a', type: 'kafka' }), only, /missing-target.*kafka/],
    [
      'a wait without end',
      steps({ id: 'a', type: 'redis', until: 'value == 1' }),
      only,
      /missing-timeout: step "a": until needs a timeout/,
    ],
    ['a bad duration', steps({ id: 'a', type: 'redis', timeout: '5 minutes' }), only, /bad-duration: step "a": timeout/],
    ['restore where there is none', steps({ id: 'a', type: 'redis', undo: 'restore' }), only, /no-restore/],
    ['an unknown stop', steps({ id: 'a', type: 'redis' }), { inputs: {}, stopAfter: 'b' }, /unknown-step/],
    ['two steps of one name', steps({ id: 'a', type: 'redis' }, { id: 'a', type: 'redis' }), only, /duplicate-id/],
    ['a time scale outside rehearsals', steps(), { inputs: {}, environment: { ...production, timeScale: 60 } }, /time-scale/],
    [
      'an unbound target',
      steps(),
      { inputs: {}, bind: true, environment: { ...production, targets: { cach: { type: 'redis' } } } },
      /unbound-target: target "cache" .*did you mean "cach"/,
    ],
    [
      'a target of another type',
      { targets: { cache: 'redis' } },
      { inputs: {}, bind: true, environment: { ...production, targets: { cache: { type: 'kafka' } } } },
      /target-type/,
    ],
  ])('%s', (_, data, changes, expected) => {
    expect(problems(data, changes).join('\n')).toMatch(expected);
  });
});

describe('inputs', () => {
  it.each<[Mapping, Json, Json]>([
    [{ type: 'list', of: 'integer' }, '1, 2', [1, 2]],
    [{ type: 'list' }, '["a","b"]', ['a', 'b']],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'number' }, '1.5', 1.5],
    [{ type: 'duration', max: '1h' }, '90m', null],
    [{ type: 'duration' }, '90m', '1h30m'],
    [{ type: 'timestamp' }, '2026-01-02T03:04:05+01:00', '2026-01-02T02:04:05Z'],
    [{ type: 'string', enum: ['a', 'b'] }, 'c', null],
    [{ type: 'integer' }, '1.5', null],
    [{ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`, null],
  ])('%j given %j', (declaration, given, expected) => {
    const made = makePlan(
      { id: 'x', sha: '', data: { inputs: { x: declaration } } },
      registry,
      request({ inputs: { x: given } }),
    );
    expect(made.ok ? (made.plan.inputs['x']?.json ?? null) : null).toEqual(expected);
  });
});
