/** What each section promises, seen through the real program on runbooks whose steps write into a ledger. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});

const ledger = (): readonly string[] => {
  const path = join(here.folder, 'ledger');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
};
const adds = (id: string, more = ''): string =>
  `  - { id: ${id}, type: shell, script: "echo ${id} >> ledger", cwd: "${here.folder}"${more} }\n`;
const looks = (id: string, expected: string, more = ''): string =>
  `  - { id: ${id}, type: check, expect: "${expected}"${more} }\n`;

interface Result {
  readonly code: number | null;
  readonly outcome: string;
  readonly states: Readonly<Record<string, string>>;
  readonly stderr: string;
}

async function run(body: string, ...more: readonly string[]): Promise<Result> {
  const path = join(here.folder, 'small.yaml');
  writeFileSync(path, `apiVersion: runbook/v1\nid: small\ntitle: Small\nowners: [tests]\n${body}`);
  const { code, stdout, stderr } = await runbook(['run', path, '-o', 'json', ...more], { env: here.env, cwd: here.folder });
  if (stdout === '') return { code, outcome: '', states: {}, stderr };
  const { outcome, steps } = JSON.parse(stdout) as { outcome: string; steps: readonly { id: string; state: string }[] };
  return { code, outcome, states: Object.fromEntries(steps.map(({ id, state }) => [id, state])), stderr };
}

describe('containment', () => {
  it('stops the damage before the diagnosis looks', async () => {
    const reads = `  - { id: seen, type: shell, argv: [cat, ledger], cwd: "${here.folder}", expect: "value.contains('freeze')" }\n`;
    const { code, states } = await run(`diagnosis:\n${reads}steps:\n${adds('repair')}containment:\n${adds('freeze')}`);
    expect({ code, states, ledger: ledger() }).toEqual({
      code: 0,
      states: { freeze: 'ok', seen: 'ok', repair: 'ok' },
      ledger: ['freeze', 'repair'],
    });
  });

  it('is taken back with the steps when one of them fails', async () => {
    const undo = `, undo: { type: shell, script: "echo unfreeze >> ledger", cwd: "${here.folder}" }`;
    const body = `onFailure: undo\ncontainment:\n${adds('freeze', undo)}steps:\n${looks('repair', '1 > 2')}`;
    expect(await run(body)).toMatchObject({ code: 6, outcome: 'undone' });
    expect(ledger()).toEqual(['freeze', 'unfreeze']);
  });

  it('asks its own confirmations, and a refusal changes nothing', async () => {
    const body = `containment:\n${adds('freeze', ', confirm: "Freeze withdrawals?"')}steps:\n${adds('repair')}`;
    expect(await run(body, '--answer', 'freeze=no')).toMatchObject({ outcome: 'not-answered' });
    expect(ledger()).toEqual([]);
  });
});

describe('finding', () => {
  it('tells in the middle of the work what is not as expected, and stops nothing', async () => {
    const body = `steps:\n${adds('one')}${looks('odd', '1 > 2', ', finding: true')}${adds('two')}`;
    expect(await run(body)).toMatchObject({ code: 0, outcome: 'succeeded', states: { odd: 'failed' } });
    expect(ledger()).toEqual(['one', 'two']);
  });

  it('lets a later precondition judge what an earlier one could not read', async () => {
    const asks = `preconditions:\n  - { id: answers, type: shell, argv: ['false'], reads: true, finding: true }\n`;
    const down = `${asks}${looks('down', '!steps.answers.ok')}`;
    expect(await run(`${down}steps:\n${adds('one')}`)).toMatchObject({ code: 0, states: { answers: 'failed', down: 'ok' } });
    const up = `${asks}${looks('up', 'steps.answers.ok')}`;
    expect(await run(`${up}steps:\n${adds('two')}`)).toMatchObject({ outcome: 'refused', states: { up: 'failed' } });
    expect(ledger()).toEqual(['one']);
  });

  it('fails no group around it', async () => {
    const body = `steps:\n  - id: both\n    steps:\n    ${looks('odd', '1 > 2', ', finding: true')}    ${adds('two')}`;
    expect(await run(body)).toMatchObject({ code: 0, states: { both: 'ok', odd: 'failed', two: 'ok' } });
  });

  it('is refused on what may change something', async () => {
    const { code, stderr } = await run(`steps:\n${adds('one', ', finding: true')}`);
    expect(code).toBe(3);
    expect(stderr).toContain('only a read can be a finding');
  });
});

describe('validations', () => {
  const three = `validations:\n${looks('one', '1 > 2')}${looks('two', '2 > 1')}${looks('three', '1 > 3')}`;

  it('are all tried, and those that fail are told together', async () => {
    expect(await run(`steps:\n${adds('work')}${three}`)).toMatchObject({
      code: 1,
      states: { one: 'failed', two: 'ok', three: 'failed' },
    });
  });

  it('undo the work after the last of them, where the runbook says so', async () => {
    const undo = `, undo: { type: shell, script: "echo undone >> ledger", cwd: "${here.folder}" }`;
    const body = `onFailure: undo\nsteps:\n${adds('work', undo)}${three}`;
    expect(await run(body)).toMatchObject({ code: 6, states: { three: 'failed' } });
    expect(ledger()).toEqual(['work', 'undone']);
  });

  it('stop at once where a step says so itself', async () => {
    const body = `validations:\n${looks('one', '1 > 2', ', onFailure: abort')}${looks('two', '2 > 1')}`;
    expect((await run(body)).states).toEqual({ one: 'failed', two: 'skipped' });
  });

  it('alone make a checklist', async () => {
    expect(await run(`validations:\n${looks('one', '2 > 1')}`)).toMatchObject({ code: 0, outcome: 'succeeded' });
  });
});

describe('onFailure: continue with another way', () => {
  const first = "  - { id: one, type: shell, argv: ['false'], onFailure: continue, undo: none }\n";

  it('ends in warning, and says which step made the failure good', async () => {
    const body = `steps:\n${first}${adds('other', ', when: "!steps.one.ok", undo: none')}`;
    expect(await run(body)).toMatchObject({ code: 0, outcome: 'warning', states: { one: 'failed', other: 'ok' } });
    const { stdout } = await runbook(['report', 'last', '-o', 'summary'], { env: here.env, cwd: here.folder });
    expect(stdout).toContain('other made it good');
  });

  it('fails when the other way fails too, and when a step only tells of it', async () => {
    const bad = "  - { id: other, type: shell, argv: ['false'], when: '!steps.one.ok', onFailure: continue, undo: none }\n";
    expect(await run(`steps:\n${first}${bad}`)).toMatchObject({ code: 1, outcome: 'failed' });
    expect(await run(`steps:\n${first}${looks('seen', 'true', ', when: "!steps.one.ok"')}`)).toMatchObject({ code: 1 });
  });
});
