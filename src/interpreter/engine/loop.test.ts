import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { list, planOf } from '../../../test/core/plans.ts';
import { ana } from '../../../test/core/simulate.ts';
import { initialState } from '../core/model/initial.ts';
import { readJournal } from '../store/journal-read.ts';
import { openJournal } from '../store/journal-write.ts';
import { systemClock } from './clock.ts';
import type { Engine } from './context.ts';
import { createInbox, loop, StalledError } from './loop.ts';
import type { Performers } from './perform.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'runbook-loop-'))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Performers with a defect: they forget what they were asked to do. */
const forgetful: Performers = {
  busy: () => false,
  underWay: () => false,
  intent: () => ({ type: 'time.reached' }),
  start: () => undefined,
  cancel: () => undefined,
  ended: () => undefined,
  close: () => Promise.resolve(),
};

describe('a run that nothing would ever wake', () => {
  it('ends its engine with a message and a record instead of standing still', async () => {
    const plan = planOf(list('main', [['a']]));
    const state = initialState(plan);
    const clock = systemClock();
    const journal = openJournal(join(folder, 'journal.jsonl'));
    const opened = { run: 'r1', runbook: 'test', format: 1, tool: 'test', plan: 'plan', env: 'test', seed: 's' } as const;
    const run = loop(
      {
        engine: { plan, state: () => state, now: () => clock.now() } as Engine,
        journal,
        operator: { present: () => undefined, subscribe: () => () => undefined },
        clock,
        performers: forgetful,
        epoch: 1,
        opening: [
          { type: 'run.opened', operator: ana, ...opened },
          { type: 'engine.started', pid: 1, boot: 'b', gap: 0 },
        ],
      },
      createInbox(),
    );
    await expect(run).rejects.toThrow(StalledError);
    await expect(run).rejects.toThrow(
      'run r1 waits for nothing: no step runs, no question is open, no timer is set (at main: a (waiting))',
    );
    journal.close();
    const last = readJournal(join(folder, 'journal.jsonl')).records.at(-1);
    expect(last).toMatchObject({ type: 'engine.lost' });
  });
});
