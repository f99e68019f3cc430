/** Documents that are made to break a reader: names that every object has, values of another kind, chains without end, files of a megabyte. */
import { describe, expect, it } from 'vitest';
import { registry } from '../../steps/index.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { loadRunbook } from '../document/load.ts';
import { check } from './check.ts';

async function lint(body: string): Promise<readonly Diagnostic[]> {
  const text = `apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\n${body}`;
  const { runbook, diagnostics } = loadRunbook(text, 'example.yaml');
  return runbook === undefined ? diagnostics : [...diagnostics, ...(await check(runbook, registry))];
}
const codes = async (body: string): Promise<readonly string[]> => (await lint(body)).map((one) => one.code);
const shell = (rest: string): string => `steps:\n  - { id: one, type: shell, argv: ["true"]${rest} }\n`;

describe.each(['toString', 'valueOf', 'hasOwnProperty'])('%s, which every object has,', (name) => {
  it.each([
    ['is not a key of a document', `${name}: 1\n${shell('')}`, 'key/unknown'],
    ['is not a key of a step', shell(`, ${name}: 1`), 'key/unknown'],
    [
      'is not a key of a group',
      `steps:\n  - id: all\n    ${name}: 1\n    steps: [{ id: one, type: shell, argv: ["true"] }]\n`,
      'key/unknown',
    ],
    ['is not a key below a key', shell(`, retry: { attempts: 1, ${name}: 1 }`), 'key/unknown'],
    ['is not a step type', `steps:\n  - { id: one, type: ${name} }\n`, 'step/unknown-type'],
    [
      'is not a target',
      `targets: { cache: redis }\nsteps:\n  - { id: one, type: redis, target: ${name}, command: [PING] }\n`,
      'name/unknown-target',
    ],
    ['is not a step in a condition', shell(`, when: steps.${name}.ok`), 'expression/unknown-field'],
    [
      'is not an input in a template',
      `steps:\n  - { id: one, type: shell, argv: ["{{inputs.${name}}}"] }\n`,
      'template/unknown-name',
    ],
    ['is not a function', shell(`, expect: ${name}(value)`), 'expression/unknown-function'],
  ])('%s', async (_what, body, code) => {
    expect(await codes(body)).toEqual([code]);
  });

  it('is an id like any other', async () => {
    expect(
      await codes(
        `steps:\n  - { id: ${name}, type: shell, argv: [date] }\n  - { id: two, type: shell, argv: [echo, "{{steps.${name}.value}}"] }\n`,
      ),
    ).toEqual([]);
  });
});

describe('values of another kind', () => {
  it.each([
    ['an operation that is nothing', 'targets: { a: kafka }\nsteps:\n  - { id: one, type: kafka, lastOffsets: null }\n'],
    ['a word that is a mapping', 'steps:\n  - { id: one, type: shell, argv: [{ toString: 1 }] }\n'],
    [
      'a command that is a mapping',
      'targets: { a: redis }\nsteps:\n  - { id: one, type: redis, command: [{ toString: 1, valueOf: {} }] }\n',
    ],
    [
      'a form that is a mapping',
      'targets: { a: postgres }\nsteps:\n  - { id: one, type: sql, query: select 1, returns: { toString: 1 } }\n',
    ],
  ])('%s is one finding', async (_what, body) => {
    const found = await lint(body);
    expect(found.map((one) => one.severity)).toEqual(['error']);
    expect(found[0]?.code).toMatch(/^value\/(type|enum)$/);
  });
});

describe('without end', () => {
  it('a circle of a thousand steps is one finding', async () => {
    const count = 1000;
    const steps = Array.from(
      { length: count },
      (_, i) => `      - { id: s${String(i)}, type: shell, argv: ["true"], needs: [s${String((i + 1) % count)}] }\n`,
    );
    expect(await codes(`steps:\n  - id: all\n    parallel: true\n    steps:\n${steps.join('')}`)).toEqual(['order/circle']);
  });

  it('a query of thousands of operators is refused, not a crash', async () => {
    const query = `${'up + '.repeat(12_000)}up`;
    expect(await codes(`targets: { metrics: prometheus }\nsteps:\n  - { id: one, type: metric, query: "${query}" }\n`)).toEqual([
      'metric/syntax',
    ]);
  });
});

describe('a file of mistakes costs little more than one of steps', () => {
  const steps = (step: (i: number) => string): string =>
    `steps:\n${Array.from({ length: 400 }, (_, i) => `  - { id: s${String(i)}, ${step(i)} }\n`).join('')}`;
  const right = steps((i) => `type: shell, argv: [printf, "${'x'.repeat(40)}", "${String(i)}"], reads: true`);
  let usual: number | undefined;
  /** Milliseconds of this process alone, the least of two: other programs of the machine count for nothing. */
  const costOf = async (body: string): Promise<number> => {
    const costs: number[] = [];
    for (let turn = 0; turn < 2; turn += 1) {
      const before = process.cpuUsage();
      await lint(body);
      costs.push(process.cpuUsage(before).user / 1000);
    }
    return Math.min(...costs);
  };

  it.each([
    ['unknown keys', steps(() => 'type: shell, argv: [a], aab: 1, bbq: 2, timout: 3')],
    ['keys given twice', steps(() => 'id: a, type: shell, type: shell, argv: [a], argv: [b]')],
    ['one id for all', `steps:\n${'  - { id: s, type: shell, argv: [a] }\n'.repeat(400)}`],
    ['unknown step types', steps(() => 'type: shel, argv: [a]')],
    ['broken templates', steps((i) => `type: shell, argv: ["{{inputs.a${String(i)}}}", "{{"]`)],
    ['broken conditions', steps(() => 'type: shell, argv: [a], when: "inputs.q > (", expect: "valu > 2"')],
    ['broken durations', steps(() => 'type: shell, argv: [a], timeout: 5 min, retry: { delay: soon }')],
    ['broken queries', steps((i) => `type: metric, target: d, query: "sum(((${String(i)}"`)],
    ['bare words', `labels:\n${'  - no\n'.repeat(4000)}`],
    ['aliases', `steps: &all\n${'  - *all\n'.repeat(4000)}`],
    ['odd characters', steps(() => 'type: shell, argv: ["a\u200bb"], undo: none')],
    ['suppressions', `${'# runbook-lint-disable-next-line text/odd-character: x\n'.repeat(1000)}${shell('')}`],
  ])('%s', async (_what, body) => {
    usual ??= await costOf(right);
    expect(await costOf(body)).toBeLessThan(usual * 8 + 100);
  });
});
