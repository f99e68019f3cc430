/** Inputs that only one way needs: left out at the start, asked for when that way is taken, and never otherwise. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, runbook } from '../rig/cli.ts';
import { openTerminal } from '../rig/terminal.ts';

let here: Place;
beforeEach(() => {
  here = place();
});
afterEach(() => {
  here.remove();
});
const options = () => ({ env: here.env, cwd: here.folder });
const ledger = (): string => {
  const path = join(here.folder, 'ledger');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};
const write = (id: string, body: string): string => {
  const path = join(here.folder, `${id}.yaml`);
  writeFileSync(path, `apiVersion: runbook/v1\nid: ${id}\ntitle: ${id}\nowners: [tests]\n${body}`);
  return path;
};
const says = (id: string, word: string, more = ''): string =>
  `{ id: ${id}, type: shell, argv: [sh, -c, 'echo "$1" >> ledger', x, "${word}"], undo: none${more} }`;
const copies = (place_: string): string => `inputs: { copies: { type: integer, min: 1, max: 5, neededBy: ${place_} } }\n`;
const run = (path: string, ...more: readonly string[]) => runbook(['run', path, ...more], options());

describe('an input of one option', () => {
  const way = `steps:\n  - id: way\n    type: choose\n    options:\n      restore: { steps: [${says('one', 'copies {{inputs.copies}}')}] }\n      leave: {}\n`;

  it('is not asked for in another way', async () => {
    expect((await run(write('book', copies('way/restore') + way), '--answer', 'way=leave')).code).toBe(0);
  });

  it('is refused by name when nobody answers, before the first step of its way', async () => {
    const end = await run(write('book', copies('way/restore') + way), '--answer', 'way=restore');
    expect([end.code, ledger()]).toEqual([8, '']);
    expect(end.stdout).toContain('Input copies, needed by way/restore');
  });

  it.each([
    ['given at the start', ['-i', 'copies=3']],
    ['answered when it is asked for', ['--answer', 'way:restore~copies=3']],
  ])('is typed, and used: %s', async (_how, args) => {
    const end = await run(write('book', copies('way/restore') + way), '--answer', 'way=restore', ...args);
    expect([end.code, ledger()], end.stdout + end.stderr).toEqual([0, 'copies 3\n']);
  });

  it.each([
    ['-i', 'copies=9'],
    ['--answer', 'way:restore~copies=9'],
  ])('is refused where its declaration refuses it: %s %s', async (...args) => {
    const end = await run(write('book', copies('way/restore') + way), '--answer', 'way=restore', ...args);
    expect([end.code, ledger()]).toEqual([2, '']);
    expect(end.stderr).toContain('5');
  });

  it('is typed on the screen', async () => {
    const terminal = openTerminal(['run', write('book', copies('way/restore') + way), '--answer', 'way=restore'], options());
    await terminal.sees('copies');
    await terminal.sees('integer 1 to 5');
    // The first half second hears no key.
    await eventually('a digit in the field', async () => {
      const isThere = (): boolean => terminal.screen().join('\n').includes('1 to 5: 4');
      if (!isThere()) terminal.send('4');
      await new Promise((resume) => setTimeout(resume, 300));
      return isThere();
    });
    terminal.send('\r');
    await terminal.sees('succeeded');
    expect(ledger()).toBe('copies 4\n');
    terminal.send('q');
    await terminal.code;
  });

  it('is in the plan', async () => {
    const { stdout } = await runbook(['plan', write('book', copies('way/restore') + way)], options());
    expect(stdout).toContain('input copies: asked for by way:restore~copies, or given with -i copies=...');
  });
});

it.each([
  ['a step', 'one', `steps:\n  - ${says('one', 'n {{inputs.copies}}', ', when: "env.name == \'elsewhere\'"')}\n`, ''],
  ['a step that is reached', 'one', `steps:\n  - ${says('one', 'n {{inputs.copies}}')}\n`, 'n 2\n'],
  [
    'a group',
    'both',
    `steps:\n  - id: both\n    when: "env.name == 'local'"\n    steps:\n      - ${says('one', 'n {{inputs.copies}}')}\n      - ${says('two', 'm {{inputs.copies}}')}\n`,
    'n 2\nm 2\n',
  ],
  [
    'two steps, asked once',
    '[one, two]',
    `steps:\n  - ${says('one', 'n {{inputs.copies}}')}\n  - ${says('two', 'm {{inputs.copies}}')}\n`,
    'n 2\nm 2\n',
  ],
])('of %s', async (_what, at, steps, expected) => {
  const first = at.replace(/^\[(\w+).*/, '$1');
  const end = await run(write('book', copies(at) + steps), '--answer', `${first}~copies=2`);
  expect([end.code, ledger()], end.stdout + end.stderr).toEqual([0, expected]);
});

it('of a called runbook is asked for inside the call, and passed like any other', async () => {
  write('inner', `${copies('one')}steps:\n  - ${says('one', 'n {{inputs.copies}}')}\n  - ${says('two', 'after')}\n`);
  const outer = write('outer', 'steps:\n  - { id: drain, type: runbook, run: inner }\n');
  expect((await run(outer, '--answer', 'drain.one~copies=2')).code).toBe(0);
  const passing = write('passing', 'steps:\n  - { id: drain, type: runbook, run: inner, inputs: { copies: 4 } }\n');
  expect((await run(passing)).code).toBe(0);
  expect(ledger()).toBe('n 2\nafter\nn 4\nafter\n');
});

it.each([
  ['an unknown place', copies('wau/restore'), says('one', 'x'), 'there is no step "wau/restore"'],
  [
    'a reader elsewhere',
    copies('two'),
    `${says('one', 'x {{inputs.copies}}')}\n  - ${says('two', 'x')}`,
    'the input "copies" may be missing here',
  ],
  ['an offered step', copies('one'), says('one', 'x {{inputs.copies}}', ', offer: "Do it?"'), 'asked for before the offer'],
  ['a secret', 'inputs: { copies: { type: secret, neededBy: one } }\n', says('one', 'x'), 'a secret cannot have "neededBy"'],
])('lint finds %s', async (_what, inputs, step, words) => {
  const { code, stdout } = await runbook(['lint', write('book', `${inputs}steps:\n  - ${step}\n`)], options());
  expect([code, stdout]).toEqual([3, expect.stringContaining(words) as string]);
});
