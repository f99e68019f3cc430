/** What is wrong with a statement is reported at its place in the file, before anything runs. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../interpreter/document/diagnostic.ts';
import { check } from '../../interpreter/check/check.ts';
import { loadRunbook } from '../../interpreter/document/load.ts';
import { registry } from '../index.ts';
import { stepType } from './index.ts';
import { openLint } from './lint.ts';

const lint = await openLint();
const codes = (params: Parameters<typeof lint>[0]['params']) =>
  lint({ params, step: params, literal: () => true }).map((one) => one.code);

/** A runbook whose section holds this one step. */
async function checked(section: string, step: string): Promise<readonly Diagnostic[]> {
  const text = `apiVersion: runbook/v1
id: probe
title: Probe
summary: One step.
owners: [us]
targets: { db: postgres }
inputs:
  venue: { type: string }
${section}:
  - id: one
    type: sql
${step.replaceAll(/^/gm, '    ')}
`;
  const { runbook, diagnostics } = loadRunbook(text, 'probe.yaml');
  return runbook === undefined ? diagnostics : check(runbook, registry);
}

describe('lint of sql', () => {
  it.each<[string, Parameters<typeof codes>[0], readonly string[]]>([
    ['a good read', { query: 'select 1 where $1', args: [true] }, []],
    ['a string that never ends', { query: "select 'x" }, ['sql/syntax']],
    ['two statements', { query: 'select 1; select 2' }, ['sql/several']],
    ['a mistyped beginning', { query: 'updte t set a = 1' }, ['sql/unknown-statement']],
    ['transactions by hand', { query: 'begin' }, ['sql/session']],
    ['values that are missing', { query: 'select $1, $2', args: [1] }, ['sql/arguments']],
    ['values without a parameter', { query: 'select 1', args: [1] }, ['sql/arguments']],
    ['a gap between parameters', { query: 'select $2', args: [1, 2] }, ['sql/unused-argument']],
    ['every row', { query: 'delete from t' }, ['sql/every-row']],
    ['every row on purpose', { query: 'delete from t where true' }, []],
    ['a read that is declared a write', { query: 'select f()', effect: 'write' }, ['sql/reads-only']],
    ['a read that writes', { query: 'select f()', effect: 'write', writes: true }, []],
    ['rows of a read', { query: 'select 1', rows: 1 }, ['sql/rows-of-read']],
    ['a read without a transaction', { query: 'select 1', transaction: 'none' }, ['sql/read-without-transaction']],
    ['a count that cannot be taken back', { query: 'call p()', transaction: 'none', rows: 1 }, ['sql/rows-without-transaction']],
  ])('%s', (_what, params, expected) => {
    expect(codes(params)).toEqual(expected);
  });

  it('suggests the statement that was meant', () => {
    const [found] = lint({ params: { query: 'updte t set a = 1' }, step: {}, literal: () => true });
    expect(found).toMatchObject({ offset: 0, length: 5, hint: 'did you mean UPDATE?' });
  });
});

describe('in a runbook', () => {
  it('the place is the word inside the text, over several lines too', async () => {
    const found = await checked('steps', 'query: |\n  update feeds\n  set paused = true');
    expect(found).toMatchObject([{ code: 'sql/every-row', severity: 'warning', line: 13, column: 7, endColumn: 13 }]);
  });

  it.each([
    ["query: 'with x as (delete from feeds where id = 1 returning id) select * from x'"],
    ['query: select pg_terminate_backend(1)'],
    ['query: explain analyze insert into feeds values (1)'],
    ['query: select pause_all()\nwrites: true'],
  ])('a hidden write is not taken where only reads may appear: %s', async (step) => {
    const found = await checked('diagnosis', step);
    expect(found.map((one) => one.code)).toEqual(['effect/write-in-reads']);
  });

  it('a template in the text is an error, and the only one', async () => {
    const found = await checked('diagnosis', `query: "select '{{inputs.venue}}'"`);
    expect(found.map((one) => one.severity)).toEqual(['error']);
  });

  it('values go through args', async () => {
    expect(await checked('diagnosis', 'query: select 1 where $1 = name\nargs: ["{{inputs.venue}}"]')).toEqual([]);
  });
});

describe('the examples', () => {
  const folder = join(import.meta.dirname, 'examples');
  it.each(readdirSync(folder))('%s is clean', async (name) => {
    const { runbook, diagnostics } = loadRunbook(readFileSync(join(folder, name), 'utf8'), name);
    expect(diagnostics).toEqual([]);
    if (runbook !== undefined) expect(await check(runbook, registry)).toEqual([]);
  });
});

describe('facts', () => {
  it('name the principal value that the parameters ask for', () => {
    expect(stepType.facts({ query: 'select 1' })).toMatchObject({ effect: 'read', observe: true, value: 'result.rows' });
    expect(stepType.facts({ query: 'select 1', returns: 'value' })).toMatchObject({ value: 'result.value' });
    expect(stepType.facts({ query: 'update t set a = 1 where b = 2' })).toMatchObject({
      effect: 'write',
      value: 'result.rowCount',
    });
    expect(stepType.facts({ query: 'select f()', writes: true })).toMatchObject({
      effect: 'write',
      repeatable: false,
      value: 'result.rows',
    });
    expect(stepType.facts({ query: 'nonsense' })).toMatchObject({ effect: 'write', repeatable: false });
  });
});
