/** What the examples of the codes do not show: the cases in which a rule must be silent, and what needs a configuration. */
import { describe, expect, it } from 'vitest';
import { registry } from '../../../steps/index.ts';
import type { Config } from '../../config/config.ts';
import { loadRunbook } from '../../document/load.ts';
import { check } from '../check.ts';

async function codes(body: string, config?: Config): Promise<readonly string[]> {
  const { runbook } = loadRunbook(`apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\n${body}`, 'example.yaml');
  if (runbook === undefined) throw new Error('the example is not a document');
  return (await check(runbook, registry, config === undefined ? {} : { config })).map((one) => one.code);
}
const metrics = 'targets: { metrics: prometheus }\nsteps:\n';
const wait = (id: string, until: string, rest = ''): string =>
  `  - { id: ${id}, type: metric, query: lag, until: ${until}, timeout: 5m${rest} }\n`;

describe('contradicting thresholds', () => {
  it('are none where a change lies between', async () => {
    const restart = '  - { id: two, type: shell, argv: [systemctl, restart, web], undo: none }\n';
    expect(await codes(metrics + wait('one', 'value < 5') + restart + wait('three', 'value > 5'))).toEqual([]);
  });
  it.each([
    ['value < 5', 'value >= 5', ['wait/contradiction']],
    ['value <= 5', 'value >= 5', []],
    ['value == 5', 'value > 5', ['wait/contradiction']],
    ['value < 5', 'value < 3', []],
  ])('%s and then %s', async (first, second, expected) => {
    expect(await codes(metrics + wait('one', first) + wait('two', second))).toEqual(expected);
  });
  it('are found in a wait that can only be given up, and not where it can get worse', async () => {
    expect(await codes(metrics + wait('one', 'value < 5', ', abortWhen: value < 10'))).toEqual(['wait/contradiction']);
    expect(await codes(metrics + wait('one', 'value < 5', ', abortWhen: value > 10'))).toEqual([]);
  });
});

describe('a condition that nothing satisfies', () => {
  const one = (condition: string): string =>
    `${metrics}  - { id: one, type: metric, query: lag, expect: ${JSON.stringify(condition)} }\n`;
  it.each([
    'value > 10 && value < 5',
    'value == 3 && value != 4 && value > 3',
    '5 > value && 10 <= value',
    'run.elapsed > duration("1m") && value < 2 && inputs.a == 1 && value > 2',
    "run.step == 'a' && run.step == 'b'",
  ])('%s', async (condition) => {
    const found = await codes(`inputs: { a: { type: integer } }\n${one(condition)}`);
    expect(found).toEqual(['expression/never']);
  });
  it('spans the members of a list: each must hold', async () => {
    const list = `${metrics}  - { id: one, type: metric, query: lag, expect: ["value > 10", "value < 5"] }\n`;
    expect(await codes(list)).toEqual(['expression/never']);
  });
  it.each([
    'value > 10 || value < 5',
    'value > 5 && value < 10',
    'value >= 5 && value <= 5',
    'value > 10 ? value < 50 : value > 5',
    '!(value > 10) && value < 5',
    'value > 10 && steps.zero.value < 5',
    "run.step == 'a' && run.step != 'b'",
  ])('is not %s', async (condition) => {
    const zero = '  - { id: zero, type: metric, query: other }\n';
    expect(await codes(one(condition).replace('steps:\n', `steps:\n${zero}`))).toEqual([]);
  });
});

describe('what an input declares', () => {
  const input = (declared: string): string =>
    `inputs: { a: ${declared} }\nsteps:\n  - { id: one, type: shell, argv: [echo, "{{inputs.a}}"], undo: none }\n`;
  it.each([
    '{ type: integer, default: 5, min: 1, max: 5 }',
    '{ type: duration, default: 5m, min: 1m, max: 1h }',
    '{ type: list, of: integer, default: [1, 2], max: 2 }',
    '{ type: list, default: "a,b" }',
    '{ type: string, enum: [x1, x2], default: x1 }',
    '{ type: number, enum: [1, 2.5], default: 2.5 }',
    '{ type: string, default: "" }',
    '{ type: string, default: null }',
    '{ type: timestamp, default: "2026-01-31T12:00:00Z", min: "2026-01-01T00:00:00Z" }',
  ])('may be %s', async (declared) => {
    expect(await codes(input(declared))).toEqual([]);
  });
  it.each([
    ['{ type: duration, min: 5 }', 'input/limits'],
    ['{ type: boolean, min: 1 }', 'input/limits'],
    ['{ type: integer, min: 5m }', 'input/limits'],
    ['{ type: integer, enum: ["1", "2"] }', 'input/limits'],
    ['{ type: string, of: integer }', 'input/limits'],
    ['{ type: integer, min: 10, max: 2, default: 5 }', 'input/limits'],
    ['{ type: string, pattern: "a(", default: b }', 'input/pattern'],
    ['{ type: list, of: integer, default: [1, b] }', 'input/default'],
    ['{ type: timestamp, default: tomorrow }', 'input/default'],
  ])('is one mistake: %s', async (declared, code) => {
    expect(await codes(input(declared))).toEqual([code]);
  });
  it('holds for the fields of questions too', async () => {
    const ask = 'steps:\n  - { id: q, type: ask, fields: { x: { type: integer, min: 3, default: 1 } } }\n';
    expect(await codes(ask)).toEqual(['input/default']);
  });
});

describe('changes', () => {
  const alert = 'triggers: [{ alert: Down }]\n';
  it('of runbooks that answer no alert are the author’s own business', async () => {
    expect(await codes('steps:\n  - { id: one, type: shell, argv: [systemctl, restart, web] }\n')).toEqual([]);
  });
  it('are proved by a wait after them as well as by validations', async () => {
    const restart = '  - { id: two, type: shell, argv: [systemctl, restart, web], undo: none }\n';
    expect(await codes(alert + metrics + restart + wait('three', 'value < 5'))).toEqual([]);
    expect(await codes(alert + metrics + wait('one', 'value < 5') + restart)).toEqual(['validation/none']);
  });
  it('are not what a runbook that only reads and tells makes', async () => {
    const tell = 'targets: { ops: chat }\nsteps:\n  - { id: tell, type: notify, to: ops, message: It is down }\n';
    expect(await codes(alert + tell)).toEqual([]);
  });
});

describe('secrets', () => {
  it.each(['postgres://app:hunter22@db/orders', 'Authorization: Bearer abcdefghijklmnop1234', 'AKIAABCDEFGHIJKLMNOP'])(
    'are found anywhere: %s',
    async (text) => {
      expect(await codes(`steps:\n  - { id: one, type: shell, argv: [echo, "${text}"] }\n`)).toEqual(['secret/literal']);
    },
  );
  it.each(['postgres://app@db/orders', 'Bearer {{secrets.token}}', 'see the token page'])('are not %s', async (text) => {
    expect(await codes(`steps:\n  - { id: one, type: shell, argv: [echo, "${text}"] }\n`)).not.toContain('secret/literal');
  });
});

describe('roles', () => {
  const approve = (from: string): string =>
    `steps:\n  - { id: one, type: shell, argv: [systemctl, restart, web], undo: none, approve: { from: [${from}], timeout: 5m } }\n`;
  const config = { environments: { lab: {} }, roles: { commander: ['ana'], nobody: [] } } as unknown as Config;
  it('that nobody has are found with a configuration', async () => {
    expect(await codes(approve('captain'), config)).toEqual(['approve/unknown-role']);
    expect(await codes(approve('nobody'), config)).toEqual(['approve/unknown-role']);
  });
  it('that somebody has, and people by name or uid, are known', async () => {
    expect(await codes(approve('commander, ana, "user:1001"'), config)).toEqual([]);
  });
  it('are not known without one', async () => {
    expect(await codes(approve('captain'))).toEqual([]);
  });
});
