/** Types flow from inputs, steps, items and the run itself into every condition and template. */
import { describe, expect, it } from 'vitest';
import { registry } from '../../steps/index.ts';
import { loadRunbook } from '../document/load.ts';
import type { Config } from '../config/types.ts';
import type { CheckOptions } from './check.ts';
import { check } from './check.ts';

const inputs = [
  'n: { type: integer, default: 1 }',
  'hosts: { type: list, of: string, default: [a] }',
  'at: { type: timestamp, default: "2026-01-01T00:00:00Z" }',
  'window: { type: duration, default: 5m }',
  'way: { type: string, enum: [fast, safe], default: safe }',
].join(', ');

async function codes(steps: string): Promise<readonly string[]> {
  const head = `apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\ninputs: { ${inputs} }\n`;
  const before = '  - { id: first, type: shell, argv: ["true"], undo: none }\n';
  const { runbook } = loadRunbook(`${head}steps:\n${before}${steps}`, 'example.yaml');
  if (runbook === undefined) throw new Error('the example is not a document');
  return (await check(runbook, registry)).map(({ code }) => code);
}
const condition = (expression: string) => codes(`  - { id: one, type: check, expect: ${JSON.stringify(expression)} }\n`);

describe('a condition', () => {
  it.each([
    'run.startedAt > inputs.at && run.elapsed < inputs.window',
    "run.runbook == 'example' && run.phase == 'main'",
    'steps.first.startedAt < steps.first.finishedAt',
    "steps.first.error == null || steps.first.error.class == 'connection'",
    "steps.first.state in ['ok', 'unchanged']",
    "inputs.way == 'fast' || inputs.way != 'safe'",
    "timestamp('2026-01-31T12:00:00Z') > inputs.at + duration('1h')",
    'inputs.hosts.size() > 0 && size(inputs.way) > 1 && size(steps.first.result) > 0',
    "inputs.hosts.map(h, h + ':9092').join(',').contains('a')",
    "string(inputs.n) + inputs.hosts[0] != ''",
    "int('42') > inputs.n && number(true) == 1",
    'step.attempt < 3 && step.title.size() > 0',
    'env.rehearsal || env.region == "eu"',
  ])('is right: %s', async (expression) => {
    expect(await condition(expression)).toEqual([]);
  });

  it.each([
    ["run.startedAt > '2026-01-01'", 'type-mismatch'],
    ['size(inputs.n) > 1', 'type-mismatch'],
    ['inputs.n.size() > 1', 'type-mismatch'],
    ['int(inputs.hosts) > 1', 'type-mismatch'],
    ["inputs.hosts.contains('a')", 'type-mismatch'],
    ['inputs.way.contains(5)', 'type-mismatch'],
    ["inputs.way.substring('1') == 'a'", 'type-mismatch'],
    ["run.elapsed > duration('5 minutes')", 'bad-value'],
    ["run.startedAt > timestamp('yesterday')", 'bad-value'],
    ["int('many') > 1", 'bad-value'],
    ["steps.first.state == 'succeeded'", 'unknown-word'],
    ["'done' == steps.first.state", 'unknown-word'],
    ["steps.first.state in ['ok', 'fine']", 'unknown-word'],
    ["inputs.way != 'slow'", 'unknown-word'],
    ["run.outcome == 'success'", 'unknown-word'],
    ['steps.first.error.mesage == "x"', 'unknown-field'],
    ['step.key == "one"', 'unknown-field'],
    ['run.startTime > inputs.at', 'unknown-field'],
  ])('is wrong: %s', async (expression, code) => {
    expect(await condition(expression)).toEqual([`expression/${code}`]);
  });
});

describe('an item', () => {
  it.each([
    ['inputs.hosts', 'item.size() > 0', []],
    ['inputs.hosts', 'item > 5', ['expression/type-mismatch']],
    ['"[1, 2]"', 'item > 5', []],
    ['"[inputs.n, inputs.hosts]"', 'item > 5', []],
    ["\"[{ 'host': 'a', 'port': 1 }]\"", "item.host == 'a' && item.port > 1", []],
    ["\"[{ 'host': 'a', 'port': 1 }]\"", "item.hots == 'a'", ['expression/unknown-field']],
    ['steps.first.result.lines', 'item > 5', ['expression/unknown-field']],
    ['[a, b]', "item == 'a'", []],
    ['[{ name: a, port: 1 }, { name: b, port: 2 }]', "item.name != '' && item.port > 0", []],
    ['[{ name: a }]', "item.nmae == 'a'", ['expression/unknown-field']],
    ['["{{inputs.n}}", 2]', 'item > 0', []],
    ['["{{inputs.m}}"]', 'item != null', ['expression/unknown-field']],
  ])('of %s: %s', async (forEach, expression, expected) => {
    const step = `{ id: one, type: check, forEach: ${forEach}, expect: ${JSON.stringify(expression)} }`;
    expect(await codes(`  - ${step}\n`)).toEqual(expected);
  });

  it('of a group is known to the steps in it, by its own name too', async () => {
    const inner = '{ id: one, type: check, expect: host > 5 || item > 5 }';
    const found = await codes(`  - { id: all, forEach: inputs.hosts, as: host, steps: [${inner}] }\n`);
    expect(found).toEqual(['expression/type-mismatch', 'expression/type-mismatch']);
  });

  it('has its fields in templates', async () => {
    const step = (path: string) =>
      `  - { id: one, type: shell, forEach: "[{ 'host': 'a' }]", argv: [echo, "{{item.${path}}}"], undo: none }\n`;
    expect([await codes(step('host')), await codes(step('hots'))]).toEqual([[], ['template/unknown-name']]);
  });
});

describe('an undo', () => {
  const undoing = '{ type: shell, argv: [resume] }';
  const undo = (of: string, other = '', later = ''): Promise<readonly string[]> =>
    codes(`${other}  - { id: back, type: undo, of: [${of}] }\n${later}`);
  const pause = (undone: string): string => `  - { id: pause, type: shell, argv: [pause], undo: ${undone} }\n`;

  it.each([
    ['of a step that has one', undo('pause', pause(undoing)), []],
    [
      'of a group in which a step has one',
      undo('all', `  - id: all\n    steps:\n    ${pause(undoing).replace('  - ', '  - ')}`),
      [],
    ],
    ['of a step that says none', undo('pause', pause('none')), ['undo/nothing']],
    ['of a step that says nothing', undo('pause', '  - { id: pause, type: check, expect: "true" }\n'), ['undo/nothing']],
    ['of a step that comes later', undo('pause', '', pause(undoing)), ['undo/nothing']],
    ['of a step whose undo is wrong already', undo('pause', pause('revert')), ['value/enum']],
  ])('%s', async (_what, found, expected) => {
    expect(await found).toEqual(expected);
  });
});

describe('a fact of the environment', () => {
  const nothing: Config = { environments: {}, roles: {} };
  const environment = { name: 'x', rehearsal: false, timeScale: 1, targets: {}, secrets: {} };
  const config: Config = {
    ...nothing,
    environments: {
      prod: { ...environment, facts: { region: 'eu' } },
      lab: { ...environment, facts: { rack: 'r1' } },
    },
  };
  const found = async (name: string, options: CheckOptions): Promise<readonly string[]> => {
    const text = `apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\nsteps:\n  - { id: one, type: check, expect: env.${name} != "" }\n`;
    const { runbook } = loadRunbook(text, 'example.yaml');
    if (runbook === undefined) throw new Error('the example is not a document');
    return (await check(runbook, registry, options)).map(({ code }) => code);
  };
  it.each([
    ['may be anything without a configuration', 'region', {}, []],
    ['is one of the chosen environment', 'region', { config, environment: 'prod' }, []],
    ['is none of another environment', 'rack', { config, environment: 'prod' }, ['expression/unknown-field']],
    ['may be of any environment while none is chosen', 'rack', { config }, []],
    ['is declared by some environment', 'rigion', { config }, ['expression/unknown-field']],
    [
      'is there for nobody where no environment is declared',
      'region',
      { config: nothing, environment: 'local' },
      ['expression/unknown-field'],
    ],
  ] as const)('%s', async (_, name, options, codes) => {
    expect(await found(name, options)).toEqual(codes);
  });
});
