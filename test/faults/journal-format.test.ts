/** Journals of format 1 stay readable for good: this one is never written again, only read. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { Plan } from '../../src/interpreter/core/model/plan.ts';
import { foldRun } from '../../src/interpreter/engine/undo-run.ts';
import { readJournal } from '../../src/interpreter/store/journal-read.ts';

const folder = resolve(import.meta.dirname, '../fixtures/journal-format-1');

it('a journal of format 1 is proven, read and folded to the end that it had', () => {
  const read = readJournal(`${folder}/journal.jsonl`);
  expect({ problems: read.problems, torn: read.tornBytes }).toEqual({ problems: [], torn: 0 });
  const state = foldRun(JSON.parse(readFileSync(`${folder}/plan.json`, 'utf8')) as Plan, read.records);
  expect(state).toMatchObject({ run: 'example', phase: 'finished', outcome: 'failed', exitCode: 1 });
  const statuses = Object.fromEntries(Object.values(state.instances).map((one) => [one.key, one.status]));
  expect(statuses).toEqual({
    one: 'ok',
    sure: 'ok',
    list: 'ok',
    'list[0]': 'ok',
    'list[1]': 'ok',
    bad: 'failed',
    later: 'skipped',
    always: 'ok',
  });
});
