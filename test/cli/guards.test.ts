/** Guards that wait before they trip, trip again, and say more the longer it lasts; groups of which some checks are enough. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, runbook, start } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});
const options = () => ({ env: here.env, cwd: here.folder });
const ledger = (): readonly string[] => {
  const path = join(here.folder, 'ledger');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
};
const write = (body: string): string => {
  const path = join(here.folder, 'book.yaml');
  writeFileSync(path, `apiVersion: runbook/v1\nid: book\ntitle: Book\nowners: [tests]\n${body}`);
  return path;
};
const says = (id: string): string => `{ id: ${id}, type: shell, argv: [sh, -c, "echo ${id} >> ledger"], undo: none }`;
const untilFile =
  '  - { id: work, type: shell, argv: [test, -e, go], allowExit: [0, 1], until: result.exitCode == 0, every: 100ms, timeout: 1m }\n';
const guard = (more: string): string =>
  `watch:\n  - { id: lag, type: shell, argv: [test, "!", -e, broken], allowExit: [0, 1], expect: result.exitCode == 0, every: 100ms, onFailure: continue, ${more} }\n`;
const touch = (name: string): void => {
  writeFileSync(join(here.folder, name), '');
};

describe('a guard', () => {
  it('with `for` trips only when it has failed so long, and says meanwhile for how long', async () => {
    touch('broken');
    const run = start(['run', write(`steps:\n${untilFile}${guard(`for: 2s, then: [${says('page')}]`)}`)], options());
    await eventually('the page', () => ledger().includes('page'));
    touch('go');
    expect((await run.finished).code).toBe(0);
    expect(run.stdout()).toContain('does not hold for');
    expect(ledger()).toEqual(['page']);
  });

  it('with `for` does not trip while the failure is shorter', async () => {
    touch('broken');
    touch('go');
    expect(
      (await runbook(['run', write(`steps:\n${untilFile}${guard(`for: 1m, then: [${says('page')}]`)}`)], options())).code,
    ).toBe(0);
    expect(ledger()).toEqual([]);
  });

  it('with `repeat` trips again as long as the run lasts, without it once', async () => {
    touch('broken');
    const both = `${guard(`repeat: 300ms, then: [${says('page')}]`)}  - { id: once, expect: "1 > 2", every: 100ms, onFailure: continue, then: [${says('single')}] }\n`;
    const run = start(['run', write(`steps:\n${untilFile}${both}`)], options());
    await eventually('three pages', () => ledger().filter((one) => one === 'page').length >= 3);
    touch('go');
    expect((await run.finished).code).toBe(0);
    expect(ledger().filter((one) => one === 'single')).toHaveLength(1);
  });

  it('with `levels` says more the longer it lasts, and the last one decides about the run', async () => {
    touch('broken');
    const levels = `levels: [{ for: 200ms, then: [${says('team')}] }, { for: 1500ms, then: [${says('lead')}] }]`;
    const path = write(`steps:\n${untilFile}${guard(levels).replace('onFailure: continue', 'onFailure: abort')}`);
    const run = start(['run', path], options());
    await eventually('the last level', () => ledger().includes('lead'));
    touch('go');
    expect([(await run.finished).code, ledger()], run.stdout()).toEqual([1, ['team', 'lead']]);
    const plan = await runbook(['plan', path], options());
    expect(plan.stdout).toMatch(/lag~level1 .*lag, level 1/);
  });

  it.each([
    [`then: [${says('a')}], levels: [{ for: 1s, then: [${says('b')}] }]`, 'then has no effect beside levels'],
    [`repeat: 1m, then: [${says('a')}], note: x`, ''],
  ])('lint: %s', async (more, words) => {
    const { stdout } = await runbook(['lint', write(`steps:\n${untilFile}${guard(more)}`)], options());
    if (words === '') expect(stdout).not.toContain('error');
    else expect(stdout).toContain(words);
  });
});

describe('a group with atLeast', () => {
  const check = (id: string, holds: boolean): string =>
    `      - { id: ${id}, type: check, expect: "1 ${holds ? '<' : '>'} 2" }\n`;
  const group = (atLeast: number, holds: readonly boolean[], more = ''): string =>
    `  - id: reachable\n    atLeast: ${String(atLeast)}\n${more}    steps:\n${holds.map((one, index) => check(`c${String(index)}`, one)).join('')}`;
  const after = `steps:\n  - ${says('work')}\n`;

  it.each([
    [1, [false, true, false], 0],
    [2, [true, false, true], 0],
    [2, [true, false, false], 4],
    [1, [false, false], 4],
  ])('as a precondition, %i of %j: exit %i', async (atLeast, holds, code) => {
    const end = await runbook(['run', write(`preconditions:\n${group(atLeast, holds)}${after}`)], options());
    expect([end.code, ledger()], end.stdout).toEqual([code, code === 0 ? ['work'] : []]);
    if (code !== 0) expect(end.stdout).toContain(`of its steps succeeded; at least ${String(atLeast)} must`);
  });

  it.each(['validations', 'diagnosis'])('in %s', async (section) => {
    const end = await runbook(
      ['run', write(`${after}${section}:\n${group(2, [true, false, false], '    parallel: true\n')}`)],
      options(),
    );
    expect([end.code, ledger()], end.stdout).toEqual([section === 'diagnosis' ? 0 : 1, ['work']]);
    expect(end.stdout).toContain('1 of its steps succeeded; at least 2 must');
  });

  it('a group inside counts as one, and all of it must hold', async () => {
    const inner = `  - id: reachable\n    atLeast: 1\n    steps:\n${check('a', false)}      - id: both\n        steps:\n    ${check('b', true)}    ${check('c', false)}`;
    expect((await runbook(['run', write(`preconditions:\n${inner}${after}`)], options())).code).toBe(4);
  });
});
